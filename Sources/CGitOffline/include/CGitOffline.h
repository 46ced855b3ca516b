#ifndef WFREPO_CGITOFFLINE_H
#define WFREPO_CGITOFFLINE_H

// Nothing to call: offline.c stands in for parts of libgit2 when the program is linked.

#endif
