// One member of a meeting, moved by lines of standard input, telling what it is answered and what it sees in lines of
// standard output. The lines are described in ../README.md; they are the same in every language.
//
//   PARLOR_SERVER=http://127.0.0.1:8787 PARLOR_APP_KEY=… meeting_member

#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>

#include "member.h"

int main() {
    try {
        const char* app_key = std::getenv("PARLOR_APP_KEY");
        if (app_key == nullptr) throw std::runtime_error("PARLOR_APP_KEY is not set");
        // The server's address comes from PARLOR_SERVER.
        Member member(app_key);
        std::string line;
        while (std::getline(std::cin, line)) member.obey(line);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "meeting_member: " << error.what() << std::endl;
        return 1;
    }
}
