"""Tests of the page in a real Chromium; a package, so that its tests share one browser and one server."""
