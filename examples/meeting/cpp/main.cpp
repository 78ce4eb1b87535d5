// One member of a meeting, moved by lines of standard input, telling what it sees in lines of standard output: so that
// anybody can play a meeting in which some members are C++ programs.
//
//   PARLOR_SERVER=http://127.0.0.1:8787 PARLOR_APP_KEY=… meeting_member USER_UUID USER_TOKEN ROOM PASSWORD ROLE
//
// It logs in, as a host makes the room (template 40, a meeting) unless it is there, joins it and its chat, prints
// `joined`, and then takes commands:
//
//   say TEXT · tell USER TEXT · send PATH · fetch PATH (the last file that came) · recall MESSAGE
//   command NUMBER USER|* TEXT · set KEY VALUE · rename USER NAME · role USER ROLE · hand-over USER
//   lock · unlock · ban USER SECONDS · unban USER · kick USER · end · leave
//
// Each is answered by `answer COMMAND CODE`. It ends with 0 after the room's end or the end of its input.

#include <cstdlib>
#include <exception>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "member.h"

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') throw std::runtime_error(std::string(name) + " is not set");
    return value;
}

int run(int argc, char** argv) {
    if (argc != 6) throw std::runtime_error("USER_UUID USER_TOKEN ROOM PASSWORD ROLE");
    // The server's address comes from PARLOR_SERVER.
    Member member(variable("PARLOR_APP_KEY"));
    member.log_in(argv[1], argv[2]);
    if (std::string(argv[5]) == "host") member.create(argv[3], argv[4]);
    member.join(argv[3], argv[4], argv[5]);
    std::string line;
    while (!member.is_over() && std::getline(std::cin, line)) {
        std::istringstream words(line);
        std::string command;
        if (words >> command) member.obey(command, words);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "meeting_member: " << error.what() << std::endl;
        return 1;
    }
}
