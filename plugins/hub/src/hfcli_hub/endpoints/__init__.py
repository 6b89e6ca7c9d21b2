"""Inference Endpoints and their catalog: what the service knows, without running a model."""
