"""`firstcall demo`: simulated platforms and the real bot as child processes, with deals to look at."""
