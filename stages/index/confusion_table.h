/* Written by `make confusions`. */
#define CONFUSION_COSTS \
	{ "l", "1", 0.5f }, { "rn", "m", 0.5f }
