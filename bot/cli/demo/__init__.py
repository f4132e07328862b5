"""`firstcall demo`: a simulated platform and the real bot as child processes, with sample deals."""
