"""The figures in the lessons' texts, as this engine gives them: see `test_figures`."""
