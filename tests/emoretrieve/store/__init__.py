"""Tests of the stores: one suite for every engine, and the faults of the embedded one."""
