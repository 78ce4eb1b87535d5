#pragma once

#include <nim_json.h>
#include <room_kit_interface.h>

#include <functional>
#include <istream>
#include <string>

#include "listener.h"

/// A person on this device: does what lines say, by the published calls, and prints how each ended.
class Member {
public:
    /// Nothing is initialised before the first login, which says whose the IM login is.
    explicit Member(const std::string& app_key);
    ~Member();
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    /// Does what one line says, waits for the answer and prints it.
    void obey(const std::string& line);

private:
    /// Takes a call's code, and what it answers besides.
    using Done = std::function<void(int code, const nim::Json& more)>;

    /// Each starts the command's call and answers false when the command is not one of its group. Those after `files`
    /// need a room.
    bool identity(const std::string& command, std::istream& words, const Done& done);
    bool rooms(const std::string& command, std::istream& words, const Done& done);
    bool files(const std::string& command, std::istream& words, const Done& done);
    bool in_room(const std::string& command, std::istream& words, const Done& done);
    bool chat(const std::string& command, std::istream& words, const Done& done);
    bool commands(const std::string& command, std::istream& words, const Done& done);
    bool of_members(const std::string& command, std::istream& words, const Done& done);

    void im_log_in(std::istream& words, const Done& done);
    void log_in(std::istream& words, const Done& done);
    void create(std::istream& words, const Done& done);
    void join(std::istream& words, bool alone, const Done& done);

    neroom::INERoomKit* kit() const { return neroom::createNERoomKit(); }
    neroom::INERoomChatController* chat() const { return room_->getChatController(); }

    const std::string app_key_;
    bool reuse_im_ = false;
    bool initialised_ = false;
    Listener listener_;
    neroom::INERoomContext* room_ = nullptr;
};
