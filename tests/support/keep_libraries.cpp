// Loaded before all others where leaks are looked for: no library is ever unloaded.
extern "C" int dlclose(void* /*library*/) {
    return 0;
}
