//! Bits, the highest of a byte first.

/// Reads bits from bytes.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    /// From the first bit on.
    pub(super) fn new(bytes: &'a [u8]) -> Bits<'a> {
        Bits { bytes, at: 0 }
    }

    /// The next bit.
    pub(super) fn flag(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    /// The next bits as a number; at most 32 of them.
    pub(super) fn number(&mut self, bits: u32) -> Option<u32> {
        let mut number: u32 = 0;
        for _ in 0..bits.min(32) {
            number = number << 1 | u32::from(self.flag()?);
        }
        Some(number)
    }

    /// A number below `values`, each in as few bits as possible: `ns(n)` of the AV1 specification, section 4.10.7.
    pub(super) fn below(&mut self, values: u32) -> Option<u32> {
        if values <= 1 {
            return Some(0);
        }
        let width = 32 - values.leading_zeros();
        let short = if width >= 32 { return None } else { (1 << width) - values };
        let value = self.number(width - 1)?;
        if value < short {
            return Some(value);
        }
        Some((value << 1 | u32::from(self.flag()?)) - short)
    }

    /// An Exp-Golomb number: `ue(v)` of H.264 section 9.1.
    pub(super) fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some((1_u32 << zeros) - 1 + self.number(zeros)?)
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn golomb_numbers_as_in_table_9_2() {
        let mut bits = Bits::new(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        let numbers: Vec<_> = (0..5).map(|_| bits.golomb()).collect();
        assert_eq!(numbers, [Some(0), Some(1), Some(2), Some(3), Some(4)]);
        assert_eq!(Bits::new(&[0; 9]).golomb(), None);
        assert_eq!(Bits::new(&[0]).golomb(), None);
    }

    #[test]
    fn numbers_below_five_as_in_the_specification() {
        let mut bits = Bits::new(&[0b0001_1011, 0b0111_0000]);
        let numbers: Vec<_> = (0..5).map(|_| bits.below(5)).collect();
        assert_eq!(numbers, [Some(0), Some(1), Some(2), Some(3), Some(4)]);
        assert_eq!(bits.below(1), Some(0));
    }
}
