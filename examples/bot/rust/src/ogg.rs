//! Opus in Ogg (RFC 3533, RFC 7845), one packet a page.

use std::io::{self, Write};

/// Ticks of 48 000 a second.
const RATE: u32 = 48_000;
const FIRST: u8 = 2;
const LAST: u8 = 4;

/// A file of sound that is being written.
pub(crate) struct OggOpus<W> {
    out: W,
    pages: u32,
    granule: u64,
}

impl<W: Write> OggOpus<W> {
    /// Begins a file of one channel.
    pub(crate) fn new(out: W) -> io::Result<Self> {
        let mut file = Self { out, pages: 0, granule: 0 };
        let mut head = b"OpusHead\x01\x01\x00\x00".to_vec();
        head.extend(RATE.to_le_bytes());
        head.extend([0; 3]);
        file.page(FIRST, &head)?;
        let vendor = b"parlor";
        let mut tags = b"OpusTags".to_vec();
        tags.extend(u32::try_from(vendor.len()).unwrap_or_default().to_le_bytes());
        tags.extend(vendor);
        tags.extend([0; 4]);
        file.page(0, &tags)?;
        Ok(file)
    }

    /// Adds a packet of so many ticks.
    pub(crate) fn packet(&mut self, payload: &[u8], ticks: u64) -> io::Result<()> {
        self.granule += ticks;
        self.page(0, payload)
    }

    /// Ends the file.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.page(LAST, &[])?;
        self.out.flush()
    }

    fn page(&mut self, flags: u8, packet: &[u8]) -> io::Result<()> {
        let mut page = b"OggS\x00".to_vec();
        page.push(flags);
        page.extend(self.granule.to_le_bytes());
        page.extend(1_u32.to_le_bytes());
        page.extend(self.pages.to_le_bytes());
        page.extend([0; 4]);
        let mut lengths = vec![255; packet.len() / 255];
        lengths.push(u8::try_from(packet.len() % 255).unwrap_or_default());
        let too_long = |_| io::Error::other("a packet is too long for a page");
        page.push(u8::try_from(lengths.len()).map_err(too_long)?);
        page.extend(lengths);
        page.extend(packet);
        let sum = checksum(&page);
        page[22..26].copy_from_slice(&sum.to_le_bytes());
        self.pages += 1;
        self.out.write_all(&page)
    }
}

/// CRC-32 with polynomial 0x04c11db7, not reflected, from 0.
fn checksum(page: &[u8]) -> u32 {
    page.iter().fold(0_u32, |sum, byte| {
        (0..8).fold(sum ^ (u32::from(*byte) << 24), |sum, _| {
            if sum & 0x8000_0000 == 0 { sum << 1 } else { (sum << 1) ^ 0x04c1_1db7 }
        })
    })
}
