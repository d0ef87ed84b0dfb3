// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// For the leak checker. Open MPI unloads its modules before the check at the end, which then can no longer tell whose
// memory it found; so they stay loaded.

extern "C" int dlclose(void* /*module*/) noexcept { return 0; }
