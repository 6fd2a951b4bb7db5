/* Everything is in the header; SwiftPM wants a source. */
#include "CLinux.h"
