//! The dependency descriptor: "RTP Payload Format For AV1" appendix A.8. A structure that a key frame brings names templates;
//! later packets name one of them.

use super::bits::Bits;
use super::{LAYERS, Size};

/// Templates of a structure; their ids have 6 bits.
const TEMPLATES: usize = 64;
/// Ways in which a stream can be cut down; their number has 5 bits.
const TARGETS: usize = 32;
/// A decode target indication: what follows of this target can be decoded by who has this frame.
const SWITCH: u64 = 2;

/// What packets so far have said about how frames depend on each other.
#[derive(Clone, Debug)]
pub(crate) struct Structure {
    known: bool,
    offset: u8,
    targets: usize,
    /// The highest temporal layer in each target.
    temporals: [u8; TARGETS],
    templates: [Template; TEMPLATES],
    count: usize,
    spatial_max: u8,
    sizes: [Option<Size>; LAYERS],
}

#[derive(Clone, Copy, Debug, Default)]
struct Template {
    spatial: u8,
    temporal: u8,
    indications: Indications,
}

/// Decode target indications, two bits for each target.
type Indications = u64;

impl Default for Structure {
    fn default() -> Structure {
        Structure {
            known: false,
            offset: 0,
            targets: 0,
            temporals: [0; TARGETS],
            templates: [Template::default(); TEMPLATES],
            count: 0,
            spatial_max: 0,
            sizes: [None; LAYERS],
        }
    }
}

/// What one packet says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) begins: bool,
    pub(super) ends: bool,
    /// It brought a structure, which is what key frames do.
    pub(super) key: bool,
    pub(super) spatial: u8,
    pub(super) temporal: u8,
    /// The highest temporal layer of the targets of which everything that follows can be decoded by who has this frame.
    pub(super) onward: Option<u8>,
}

impl Structure {
    /// Takes a packet's descriptor in; nothing where it is cut short, or names a template that no structure has.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Option<Frame> {
        let mut bits = Bits::new(bytes);
        let begins = bits.flag()?;
        let ends = bits.flag()?;
        let id = bits.number(6)? as usize;
        bits.number(16)?;
        let mut key = false;
        let mut custom = false;
        if bytes.len() > 3 {
            key = bits.flag()?;
            let active = bits.flag()?;
            custom = bits.flag()?;
            bits.number(2)?;
            if key {
                // Left half read, it must not stand in for the whole one.
                self.known = false;
                self.take(&mut bits)?;
                self.known = true;
            }
            if active {
                bits.number(self.targets as u32)?;
            }
        }
        if !self.known {
            return None;
        }
        let index = (id + TEMPLATES - usize::from(self.offset)) % TEMPLATES;
        let template = *self.templates.get(..self.count)?.get(index)?;
        let own = if custom { indications(&mut bits, self.targets)? } else { template.indications };
        let switched = (0..self.targets).filter(|target| own >> (2 * target) & 3 == SWITCH);
        let onward = switched.filter_map(|target| self.temporals.get(target).copied()).max();
        Some(Frame { begins, ends, key, spatial: template.spatial, temporal: template.temporal, onward })
    }

    /// How many spatial layers there are.
    pub(super) fn layers(&self) -> u8 {
        self.spatial_max + 1
    }

    /// How large they are, where it was said.
    pub(super) fn sizes(&self) -> [Option<Size>; LAYERS] {
        self.sizes
    }

    fn take(&mut self, bits: &mut Bits<'_>) -> Option<()> {
        self.offset = bits.number(6)? as u8;
        self.targets = (bits.number(5)? as usize + 1).min(TARGETS);
        self.take_layers(bits)?;
        for template in self.templates.get_mut(..self.count)? {
            template.indications = indications(bits, self.targets)?;
        }
        for (target, most) in self.temporals.iter_mut().enumerate() {
            let in_it = self.templates.iter().take(self.count);
            let in_it = in_it.filter(|template| template.indications >> (2 * target) & 3 != 0);
            *most = in_it.map(|template| template.temporal).max().unwrap_or(0);
        }
        for _ in 0..self.count {
            while bits.flag()? {
                bits.number(4)?;
            }
        }
        let chains = bits.below(self.targets as u32 + 1)?;
        if chains > 0 {
            for _ in 0..self.targets {
                bits.below(chains)?;
            }
            for _ in 0..self.count * chains as usize {
                bits.number(4)?;
            }
        }
        self.sizes = [None; LAYERS];
        if bits.flag()? {
            for layer in 0..usize::from(self.layers()) {
                let side = |number: u32| u16::try_from(number + 1).unwrap_or(u16::MAX);
                let size = (side(bits.number(16)?), side(bits.number(16)?));
                self.sizes[layer.min(LAYERS - 1)] = Some(size);
            }
        }
        Some(())
    }

    /// A.8.3.2, template_layers.
    fn take_layers(&mut self, bits: &mut Bits<'_>) -> Option<()> {
        let (mut spatial, mut temporal) = (0, 0);
        self.count = 0;
        loop {
            let template = self.templates.get_mut(self.count)?;
            *template = Template { spatial, temporal, indications: 0 };
            self.count += 1;
            match bits.number(2)? {
                0 => {}
                1 => temporal += 1,
                2 => (spatial, temporal) = (spatial + 1, 0),
                _ => break,
            }
        }
        self.spatial_max = spatial;
        Some(())
    }
}

/// Reads the indications of a frame for all targets.
fn indications(bits: &mut Bits<'_>, targets: usize) -> Option<Indications> {
    let mut indications = 0;
    for target in 0..targets {
        indications |= u64::from(bits.number(2)?) << (2 * target);
    }
    Some(indications)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bits from a text of 0 and 1; spaces do not count.
    fn bytes(text: &str) -> Vec<u8> {
        let bits: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').map(|byte| byte - b'0').collect();
        let whole = |bits: &[u8]| bits.iter().enumerate().fold(0, |byte, (at, bit)| byte | bit << (7 - at));
        bits.chunks(8).map(whole).collect()
    }

    /// Two spatial layers of two temporal ones, four targets, one chain for each spatial layer.
    fn key() -> Vec<u8> {
        let head = "1 0 000011 0000000000000001 1 0 0 0 0";
        let layers = "000011 00011 01 10 01 11";
        let indications = "10101010 00110011 00001010 00000011";
        let references = "0 10001 0 10000 10000 0 10000 0";
        let chains = "10 0 0 1 1 0000 0000 0001 0001 0000 0001 0001 0001";
        let sizes = "1 0000001001111111 0000000101100111 0000010011111111 0000001011001111";
        bytes(&[head, layers, indications, references, chains, sizes].concat())
    }

    #[test]
    fn a_key_frame_brings_templates_that_later_frames_name() {
        let mut structure = Structure::default();
        assert_eq!(structure.read(&[0x83, 0, 1]), None);
        let frame = structure.read(&key()).unwrap();
        let expected =
            Frame { begins: true, ends: false, key: true, spatial: 0, temporal: 0, onward: Some(1) };
        assert_eq!(frame, expected);
        assert_eq!((structure.layers(), structure.count, structure.targets), (2, 4, 4));
        assert_eq!(structure.sizes(), [Some((640, 360)), Some((1280, 720)), None]);
        let later = structure.read(&bytes("0 1 000110 0000000000000010")).unwrap();
        assert_eq!((later.spatial, later.temporal, later.key, later.onward), (1, 1, false, None));
        assert_eq!(structure.read(&bytes("0 1 000111 0000000000000010")), None);
    }

    #[test]
    fn a_structure_that_is_cut_short_is_none() {
        let whole = key();
        for length in 0..whole.len() {
            assert_eq!(Structure::default().read(&whole[..length]), None, "{length} bytes");
        }
    }
}
