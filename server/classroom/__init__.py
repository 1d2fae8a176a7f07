"""The classroom: rooms that learners join by a code, and all that their teacher sees and steers."""
