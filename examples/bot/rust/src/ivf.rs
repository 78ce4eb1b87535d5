//! VP8 in IVF.

use std::io::{self, Seek, SeekFrom, Write};

/// Ticks a second.
const RATE: u32 = 90_000;

/// A file of pictures that is being written.
pub(crate) struct Ivf<W> {
    out: W,
    frames: u32,
}

impl<W: Write + Seek> Ivf<W> {
    /// Begins a file of pictures of that size.
    pub(crate) fn new(mut out: W, width: u16, height: u16) -> io::Result<Self> {
        out.write_all(b"DKIF\x00\x00\x20\x00VP80")?;
        out.write_all(&width.to_le_bytes())?;
        out.write_all(&height.to_le_bytes())?;
        out.write_all(&RATE.to_le_bytes())?;
        out.write_all(&1_u32.to_le_bytes())?;
        out.write_all(&[0; 8])?;
        Ok(Self { out, frames: 0 })
    }

    /// Adds a frame that is shown at this tick.
    pub(crate) fn frame(&mut self, payload: &[u8], tick: u64) -> io::Result<()> {
        let too_long = |_| io::Error::other("a frame is too long");
        self.out.write_all(&u32::try_from(payload.len()).map_err(too_long)?.to_le_bytes())?;
        self.out.write_all(&tick.to_le_bytes())?;
        self.out.write_all(payload)?;
        self.frames += 1;
        Ok(())
    }

    /// Ends the file: its head says how many frames there are.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.out.seek(SeekFrom::Start(24))?;
        self.out.write_all(&self.frames.to_le_bytes())?;
        self.out.flush()
    }
}
