#include "nim_cpp_data_sync.h"

#include "refuse.h"

namespace nim {

void DataSync::RegCompleteCb(const DataSyncCallback& /*cb*/) {}

void DataSync::UnregDataSyncCb() {}

}  // namespace nim
