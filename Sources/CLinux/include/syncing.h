/// Files and folders put on disk together.
#pragma once

/// Waits until all of these files and folders are on disk (fsync(2)), several at a time, so that they share the waits of the disk.
///
/// @param errors For each descriptor 0, or the errno with which it could not be done.
void clinux_sync_all(const int *descriptors, int *errors, int count);
