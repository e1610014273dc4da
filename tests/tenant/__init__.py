"""Tests of the local tenant over HTTP, as any client sees it."""
