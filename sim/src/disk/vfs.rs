//! SQLite's side of the fault disk: one VFS for the whole process; the path says which disk.

use super::{DISKS, Disk, Failure, Opening, lock};
use rusqlite::ffi;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::{Arc, Once};
use std::{ptr, slice};

pub(super) const NAME: &str = "parlor-fault-disk";
/// Paths are `/fault-disk/NUMBER/FILE`.
pub(super) const ROOT: &str = "/fault-disk/";
pub(super) const RESERVED: i32 = ffi::SQLITE_LOCK_RESERVED;

const PATH_MAX: c_int = 256;

/// Whether one connection may have `wanted` while another has `held`.
pub(super) fn locks_agree(wanted: i32, held: i32) -> bool {
    match wanted {
        ffi::SQLITE_LOCK_SHARED => held < ffi::SQLITE_LOCK_PENDING,
        ffi::SQLITE_LOCK_RESERVED | ffi::SQLITE_LOCK_PENDING => held < ffi::SQLITE_LOCK_RESERVED,
        _ => held < ffi::SQLITE_LOCK_SHARED,
    }
}

/// Makes the VFS known to SQLite, once; it stays for the life of the process, since connections point to it.
pub(super) fn register() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        const C_NAME: &CStr = c"parlor-fault-disk";
        let vfs = Box::leak(Box::new(ffi::sqlite3_vfs {
            iVersion: 1,
            szOsFile: size_of::<File>() as c_int,
            mxPathname: PATH_MAX,
            pNext: ptr::null_mut(),
            zName: C_NAME.as_ptr(),
            pAppData: ptr::null_mut(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: Some(current_time),
            xGetLastError: None,
            xCurrentTimeInt64: None,
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        }));
        // SAFETY: the structure and its name live for ever, and every function in it follows SQLite's contract.
        let code = unsafe { ffi::sqlite3_vfs_register(vfs, 0) };
        assert_eq!(code, ffi::SQLITE_OK, "SQLite refuses the fault disk");
    });
}

/// What SQLite allocates for an open file: its own header, then ours.
#[repr(C)]
struct File {
    base: ffi::sqlite3_file,
    opening: *mut Opening,
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    // Version 1 has no shared memory: a write-ahead log needs an exclusive connection.
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(raise_lock),
    xUnlock: Some(lower_lock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

fn code(failure: Failure, doing: c_int) -> c_int {
    match failure {
        Failure::NoPower => doing,
        Failure::Full => ffi::SQLITE_FULL,
        Failure::Sync => ffi::SQLITE_IOERR_FSYNC,
        Failure::Locked => ffi::SQLITE_BUSY,
        Failure::Absent => ffi::SQLITE_CANTOPEN,
    }
}

fn outcome(result: Result<(), Failure>, doing: c_int) -> c_int {
    result.map_or_else(|failure| code(failure, doing), |()| ffi::SQLITE_OK)
}

/// The disk that a path names, and the file on it.
///
/// # Safety
/// `path` is null or a C string that outlives the call.
unsafe fn locate(path: *const c_char) -> Option<(Arc<Disk>, String)> {
    if path.is_null() {
        return None;
    }
    // SAFETY: by this function's own contract.
    let path = unsafe { CStr::from_ptr(path) }.to_str().ok()?;
    let (number, name) = path.strip_prefix(ROOT)?.split_once('/')?;
    let disk = lock(&DISKS).get(&number.parse().ok()?)?.clone();
    Some((disk, name.to_owned()))
}

/// # Safety
/// `file` is one that [`open`] filled and [`close`] has not seen yet.
unsafe fn opening<'a>(file: *mut ffi::sqlite3_file) -> &'a Opening {
    // SAFETY: by this function's own contract; SQLite uses a file from one thread at a time.
    unsafe { &*(*file.cast::<File>()).opening }
}

unsafe extern "C" fn open(
    _vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let file = file.cast::<File>();
    // SAFETY: SQLite hands in `szOsFile` writable bytes; without methods it will not call close.
    unsafe { (*file).base.pMethods = ptr::null() };
    // SAFETY: SQLite's names are C strings that live as long as the file, or null.
    let Some((disk, name)) = (unsafe { locate(name) }) else { return ffi::SQLITE_CANTOPEN };
    match Opening::new(disk, &name, flags & ffi::SQLITE_OPEN_CREATE != 0) {
        Ok(opening) => {
            // SAFETY: as above; `out_flags` is null or writable.
            unsafe {
                (*file).opening = Box::into_raw(Box::new(opening));
                (*file).base.pMethods = &raw const METHODS;
                if !out_flags.is_null() {
                    *out_flags = flags;
                }
            }
            ffi::SQLITE_OK
        }
        Err(_) => ffi::SQLITE_CANTOPEN,
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: `open` made the box, and SQLite closes a file once.
    drop(unsafe { Box::from_raw((*file.cast::<File>()).opening) });
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    buffer: *mut c_void,
    length: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite passes an open file and a writable buffer of that length.
    let (opening, buffer) =
        unsafe { (opening(file), slice::from_raw_parts_mut(buffer.cast::<u8>(), length as usize)) };
    match opening.read(buffer, offset as usize) {
        Ok(true) => ffi::SQLITE_OK,
        Ok(false) => ffi::SQLITE_IOERR_SHORT_READ,
        Err(failure) => code(failure, ffi::SQLITE_IOERR_READ),
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    length: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite passes an open file and that many readable bytes.
    let (opening, bytes) =
        unsafe { (opening(file), slice::from_raw_parts(bytes.cast::<u8>(), length as usize)) };
    outcome(opening.write(bytes, offset as usize), ffi::SQLITE_IOERR_WRITE)
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: ffi::sqlite3_int64) -> c_int {
    // SAFETY: SQLite passes an open file.
    outcome(unsafe { opening(file) }.truncate(size as usize), ffi::SQLITE_IOERR_TRUNCATE)
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: SQLite passes an open file.
    outcome(unsafe { opening(file) }.sync(), ffi::SQLITE_IOERR_FSYNC)
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, size: *mut ffi::sqlite3_int64) -> c_int {
    // SAFETY: SQLite passes an open file.
    match unsafe { opening(file) }.length() {
        Ok(length) => {
            // SAFETY: SQLite passes a place for the size.
            unsafe { *size = length as ffi::sqlite3_int64 };
            ffi::SQLITE_OK
        }
        Err(failure) => code(failure, ffi::SQLITE_IOERR_FSTAT),
    }
}

unsafe extern "C" fn raise_lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: SQLite passes an open file.
    outcome(unsafe { opening(file) }.raise_lock(level), ffi::SQLITE_IOERR_LOCK)
}

unsafe extern "C" fn lower_lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: SQLite passes an open file.
    outcome(unsafe { opening(file) }.lower_lock(level), ffi::SQLITE_IOERR_UNLOCK)
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, reserved: *mut c_int) -> c_int {
    // SAFETY: SQLite passes an open file.
    match unsafe { opening(file) }.somebody_reserves() {
        Ok(somebody) => {
            // SAFETY: SQLite passes a place for the answer.
            unsafe { *reserved = c_int::from(somebody) };
            ffi::SQLITE_OK
        }
        Err(failure) => code(failure, ffi::SQLITE_IOERR_CHECKRESERVEDLOCK),
    }
}

unsafe extern "C" fn file_control(
    _file: *mut ffi::sqlite3_file,
    _op: c_int,
    _argument: *mut c_void,
) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_file: *mut ffi::sqlite3_file) -> c_int {
    super::SECTOR as c_int
}

/// As on a real disk: a torn write harms no bytes outside of it.
unsafe extern "C" fn device_characteristics(_file: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn delete(_vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    // SAFETY: SQLite passes a C string.
    let Some((disk, name)) = (unsafe { locate(name) }) else { return ffi::SQLITE_IOERR_DELETE };
    match disk.lock().delete(&name, sync_folder != 0) {
        Err(Failure::Absent) => ffi::SQLITE_IOERR_DELETE_NOENT,
        result => outcome(result, ffi::SQLITE_IOERR_DELETE),
    }
}

unsafe extern "C" fn access(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    _flags: c_int,
    answer: *mut c_int,
) -> c_int {
    // SAFETY: SQLite passes a C string.
    let Some((disk, name)) = (unsafe { locate(name) }) else { return ffi::SQLITE_IOERR_ACCESS };
    // SAFETY: SQLite passes a place for the answer.
    unsafe { *answer = c_int::from(disk.lock().exists(&name)) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_pathname(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: SQLite passes a C string.
    let name = unsafe { CStr::from_ptr(name) }.to_bytes_with_nul();
    if name.len() > room as usize {
        return ffi::SQLITE_CANTOPEN;
    }
    // SAFETY: `out` has room for `room` bytes, which was checked, and does not overlap the name.
    unsafe { ptr::copy_nonoverlapping(name.as_ptr().cast(), out, name.len()) };
    ffi::SQLITE_OK
}

/// SQLite takes its randomness from the default VFS; this one has none to give.
unsafe extern "C" fn randomness(_vfs: *mut ffi::sqlite3_vfs, length: c_int, out: *mut c_char) -> c_int {
    // SAFETY: SQLite passes that many writable bytes.
    unsafe { ptr::write_bytes(out, 0, length as usize) };
    length
}

/// Nobody else can release a lock while the only thread sleeps.
unsafe extern "C" fn sleep(_vfs: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    microseconds
}

/// The store's times are arguments; SQLite's own clock stands still.
unsafe extern "C" fn current_time(_vfs: *mut ffi::sqlite3_vfs, julian_day: *mut f64) -> c_int {
    // SAFETY: SQLite passes a place for the time.
    unsafe { *julian_day = 2_440_587.5 };
    ffi::SQLITE_OK
}
