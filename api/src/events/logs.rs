//! Which log lines were told. Their ids rise but have gaps, and a line may become visible after one with
//! a greater id, so that the last id alone does not tell what is missing.

use std::collections::BTreeSet;

/// Past this many, what was told is taken to be complete.
const REMEMBERED: usize = 20_000;

pub(super) struct ToldLines {
    /// Everything up to here was told, or never will be.
    floor: i64,
    /// Where the database has been read to since the last look.
    read: i64,
    /// Where it had been read to at the last look.
    looked: i64,
    /// What was told above the floor.
    told: BTreeSet<i64>,
}

impl ToldLines {
    pub(super) fn after(id: i64) -> Self {
        Self {
            floor: id,
            read: id,
            looked: id,
            told: BTreeSet::new(),
        }
    }

    /// Whether this line is still to be told; then it counts as told.
    pub(super) fn tell(&mut self, id: i64) -> bool {
        if id <= self.floor || !self.told.insert(id) {
            return false;
        }
        if self.told.len() > REMEMBERED {
            self.raise_floor(self.told.last().copied().unwrap_or(self.floor));
        }
        true
    }

    /// The id after which the database has something new, as far as is known.
    pub(super) fn read_from(&self) -> i64 {
        self.read
    }

    pub(super) fn was_read(&mut self, last: Option<i64>) {
        self.read = self.read.max(last.unwrap_or_default());
    }

    /// Begins to read again at where the last look began: a line has from one look to the next
    /// to become visible.
    pub(super) fn look_again(&mut self) {
        let reached = self.read.max(self.told.last().copied().unwrap_or_default());
        self.raise_floor(self.looked);
        self.looked = reached;
        self.read = self.floor;
    }

    fn raise_floor(&mut self, floor: i64) {
        self.floor = self.floor.max(floor);
        self.read = self.read.max(self.floor);
        self.told = self.told.split_off(&self.floor.saturating_add(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_told_once_in_whatever_order_it_comes() {
        let mut lines = ToldLines::after(10);
        assert!(!lines.tell(10), "the client knows it");
        assert!(lines.tell(13));
        assert!(lines.tell(12), "late, but not told yet");
        assert!(!lines.tell(13));
        assert_eq!(
            lines.read_from(),
            10,
            "the database was not read: the bus may have lost 11"
        );
        lines.was_read(Some(13));
        assert_eq!(lines.read_from(), 13);
        lines.look_again();
        assert_eq!(lines.read_from(), 10);
        assert!(lines.tell(11), "became visible after 13");
        lines.was_read(Some(13));
        lines.look_again();
        assert_eq!(
            lines.read_from(),
            13,
            "a whole look has passed over 11 to 13"
        );
        assert!(!lines.tell(11));
    }

    #[test]
    fn memory_is_bounded() {
        let mut lines = ToldLines::after(0);
        for id in 1..=100_000 {
            assert!(lines.tell(id));
            assert!(lines.told.len() <= REMEMBERED);
        }
    }
}
