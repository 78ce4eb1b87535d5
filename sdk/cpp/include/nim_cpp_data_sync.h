#pragma once

/// @file
/// Progress of the synchronisation after a login.

#include "nim_sdk_def.h"

namespace nim {

/// What was synchronised after a login.
enum NIMDataSyncType {
    kNIMDataSyncTypeUnreadMsg = 2,
    kNIMDataSyncTypeTeamInfo = 3,
    kNIMDataSyncTypeRoamMsg = 7,
    kNIMDataSyncTypeSuperTeamInfo = 22,
    kNIMDataSyncTypeTeamUserList = 1000,
    kNIMDataSyncTypeAllTeamUserList = 1001,
    kNIMDataSyncTypeSuperTeamUserList = 1010,
    kNIMDataSyncTypeAllSuperTeamUserList = 1011,
};

/// Progress of the synchronisation.
enum NIMDataSyncStatus {
    kNIMDataSyncStatusComplete = 1,
};

/// Progress of the synchronisation after a login.
class NIM_SDK_CPPWRAPPER_DLL_API DataSync {
public:
    typedef std::function<void(NIMDataSyncType sync_type, NIMDataSyncStatus status, const std::string& data_sync_info)>
        DataSyncCallback;

    static void RegCompleteCb(const DataSyncCallback& cb);
    static void UnregDataSyncCb();
};

}  // namespace nim
