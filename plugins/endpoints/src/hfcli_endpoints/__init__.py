"""Inference Endpoints."""
