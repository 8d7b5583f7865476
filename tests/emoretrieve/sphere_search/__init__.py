"""Tests of queries on the hypersphere."""
