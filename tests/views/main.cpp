// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/gui_main.h"

int main(int argc, char** argv) { return qs::testing::runGuiTests(argc, argv); }
