// The program's start: nothing to call, see startup.c.
#pragma once
