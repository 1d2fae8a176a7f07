"""Tables of real data, as CSV: two columns and a target each. README.md has their sources and licences."""
