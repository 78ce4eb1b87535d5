//! May this be sent; timelines: order, duplicates, recall, bounded history. Pure.
