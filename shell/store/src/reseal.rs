//! Moving every sealed value under the newest key, a slice of rows at a time.

use crate::batch::CommitError;
use crate::sealed::SealedRows;
use crate::store::Store;
use crate::writer::{Done, Work};

impl Store {
    /// Seals every secret under the newest key that is not yet, and returns how many there were. Afterwards older keys
    /// are needed for older backups only.
    pub async fn reseal(&self) -> Result<usize, CommitError> {
        let mut next = Some(SealedRows::FIRST);
        let mut total = 0;
        while let Some(slice) = next {
            let Done::Resealed(resealed) = self.write(Work::Reseal(slice)).await? else {
                return Err(CommitError::Refused);
            };
            total += resealed.rows;
            next = resealed.next;
        }
        Ok(total)
    }
}
