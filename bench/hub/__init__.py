"""A Hub that costs next to nothing to serve, with the latency, bandwidth and faults of a network: to measure clients.

Two listeners in one asyncio process: the Hub's JSON API, and the "CDN", which has the bytes of LFS files and takes LFS
uploads. It stands in for no test (those use the embedded Hub of plugins/hub); here the server must not be what is
measured, so large bodies go out with sendfile(2) from the page cache.
"""
