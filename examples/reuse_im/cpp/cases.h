#pragma once

// The cases, one after another; each with accounts of its own.

#include "api.h"
#include "person.h"

/// Runs every case. `admin` is the command that administers the server, `self` this program.
void run_cases(const Api& api, const std::string& admin, const std::string& self, Report& report);
