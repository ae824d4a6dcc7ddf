//! Blocks of draws of one stream: season times and what hangs on them, as plain array code that the compiler turns into
//! vectors of whatever width the processor has.

use super::{Stream, Visit, amount};
use crate::population::Calendar;
use crate::population::calendar::Grid;
use crate::random::address::uniform_lane;
use crate::random::elementary::ln;
use crate::random::philox::philox_block;
use crate::statistics::quantile_table::QuantileTable;

/// Draws held at once.
pub(super) const CAPACITY: usize = 64;
/// Draws are made in groups of this many.
const GROUP: usize = 8;

/// Where the draws of a stream come from: subject, key and tag of the generator.
#[derive(Clone, Copy)]
pub(super) struct Source {
    pub low: [u32; 2],
    pub key: [u32; 2],
    pub tag: u32,
}

/// How clock time becomes season time: `anchor` + clock ÷ rate.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    pub anchor: f64,
    pub per_rate: f64,
    pub grid: Grid,
}

/// What makes a purchase of a drawn event.
pub(super) struct Market<'a> {
    pub calendar: &'a Calendar,
    /// Factor of one purchase on the person's mean basket.
    pub within: &'a QuantileTable,
    pub basket: f64,
}

/// One drawn event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Event {
    season: f64,
    month: u32,
    cell: u32,
    place: f64,
    redemption: u32,
    /// Keep uniform (base) or mark (candidates).
    pub mark: f64,
}

impl Event {
    /// Factor on the person's mean basket.
    #[inline(always)]
    pub fn factor(&self, market: &Market) -> f64 {
        market.within.at_place(self.cell, self.place)
    }

    /// The purchase it makes.
    #[inline(always)]
    pub fn visit(&self, market: &Market, level: f64, stream: Stream) -> Visit {
        let (time, month) = market.calendar.at_cell(self.month, self.season);
        let factor = self.factor(market);
        Visit {
            time,
            amount: amount(market.basket * factor),
            level,
            redemption: self.redemption,
            month: month as i16,
            stream,
        }
    }
}

/// How far a stream has been read: the ordinal of its next event, and the clock of the last one read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reached {
    ordinal: u32,
    clock: f64,
}

impl Reached {
    /// Nothing has been read.
    pub const NOTHING: Reached = Reached {
        ordinal: 0,
        clock: 0.0,
    };

    /// Expected number of events from here until this season time.
    pub fn expected_until(self, season: f64, clock: Clock) -> f64 {
        let reached = clock.anchor + self.clock * clock.per_rate;
        ((season - reached) / clock.per_rate).max(0.0)
    }
}

/// Events of one stream that have been drawn, in time order. How many are drawn at once, and which of them are drawn again
/// where the reading goes on, changes no draw: every one has its own address, and the clock is summed one by one.
pub(super) struct Draws {
    season: [f64; CAPACITY],
    /// Clock of each.
    clocks: [f64; CAPACITY],
    /// Cells of the calendar's guide.
    months: [u32; CAPACITY],
    /// Cells of the table of baskets, and places in them.
    cells: [u32; CAPACITY],
    places: [f64; CAPACITY],
    redemptions: [u32; CAPACITY],
    /// Keep uniforms (base) or marks (candidates).
    marks: [f64; CAPACITY],
    from: Reached,
    drawn: usize,
}

impl Draws {
    pub const EMPTY: Draws = Draws {
        season: [0.0; CAPACITY],
        clocks: [0.0; CAPACITY],
        months: [0; CAPACITY],
        cells: [0; CAPACITY],
        places: [0.0; CAPACITY],
        redemptions: [0; CAPACITY],
        marks: [0.0; CAPACITY],
        from: Reached::NOTHING,
        drawn: 0,
    };

    /// Draws the events from `from` on, about as many as `expected`.
    pub fn draw(
        &mut self,
        (source, from): (Source, Reached),
        clock: Clock,
        expected: f64,
        width: Width,
    ) {
        // One more than expected shows that the end was reached; whole groups cost no more than parts of them.
        let groups = (expected + 2.0).min(CAPACITY as f64) as usize / GROUP + 1;
        let lanes = (groups * GROUP).min(CAPACITY);
        self.from = from;
        self.drawn = lanes;
        #[cfg(target_arch = "x86_64")]
        match width {
            // SAFETY: a width is only made by [`Width::detect`], which has found the processor to have it.
            #[allow(unsafe_code, reason = "calls into code compiled for a wider processor")]
            Width::Avx512 => unsafe { self.fill_avx512(source, clock, lanes) },
            #[allow(unsafe_code, reason = "calls into code compiled for a wider processor")]
            Width::Avx2 => unsafe { self.fill_avx2(source, clock, lanes) },
            Width::Baseline => self.fill_narrow(source, clock, lanes),
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            let _ = width;
            self.fill_narrow(source, clock, lanes);
        }
    }

    /// Whether all events drawn are the first `before`: the stream must be read on.
    #[inline(always)]
    pub fn are_all(&self, before: usize) -> bool {
        before == self.drawn
    }

    /// How far the stream has been read when the first `before` events have.
    #[inline(always)]
    pub fn reached(&self, before: usize) -> Reached {
        match before.checked_sub(1) {
            None => self.from,
            Some(last) => Reached {
                ordinal: self.from.ordinal.wrapping_add(before as u32),
                clock: self.clocks[last],
            },
        }
    }

    /// How many of the drawn events come before this season time.
    #[inline(always)]
    pub fn before(&self, season: f64) -> usize {
        // Events are in order: counting needs no branch. At most CAPACITY, so no sum needs a check.
        let drawn = &self.season[..self.drawn.min(CAPACITY)];
        let count = |n: u64, s: &f64| n.wrapping_add(u64::from(*s < season));
        drawn.iter().fold(0, count) as usize
    }

    /// The first `before` events.
    #[inline(always)]
    pub fn events(&self, before: usize) -> impl Iterator<Item = Event> + '_ {
        let lanes = 0..before;
        let seasons = self.season[lanes.clone()].iter();
        let months = &self.months[lanes.clone()];
        let cells = &self.cells[lanes.clone()];
        let places = &self.places[lanes.clone()];
        let redemptions = &self.redemptions[lanes.clone()];
        let all = seasons.zip(months).zip(cells.iter().zip(places));
        all.zip(redemptions.iter().zip(&self.marks[lanes])).map(
            |(((season, month), (cell, place)), (redemption, mark))| Event {
                season: *season,
                month: *month,
                cell: *cell,
                place: *place,
                redemption: *redemption,
                mark: *mark,
            },
        )
    }

    /// Draws whole groups of `N` of the lanes from `first` on, without their clocks; the first lane not drawn.
    #[inline(always)]
    #[allow(
        clippy::needless_range_loop,
        reason = "the same lane of several arrays; a closure would not inherit the wider lanes"
    )]
    fn gaps<const N: usize>(&mut self, source: Source, first: usize, lanes: usize) -> usize {
        // Whole arrays of N: an index that could leave its array would keep the loop from being turned into vectors.
        let seasons = self.season[first..lanes].as_chunks_mut::<N>().0;
        let marks = self.marks[first..lanes].as_chunks_mut::<N>().0;
        let cells = self.cells[first..lanes].as_chunks_mut::<N>().0;
        let places = self.places[first..lanes].as_chunks_mut::<N>().0;
        let redemptions = self.redemptions[first..lanes].as_chunks_mut::<N>().0;
        let baskets = cells.iter_mut().zip(places);
        let groups = seasons.iter_mut().zip(marks).zip(baskets).zip(redemptions);
        let mut ordinal = self.from.ordinal.wrapping_add(first as u32);
        for (((season, mark), (cell, place)), redemption) in groups {
            let mut ordinals = [ordinal; N];
            for i in 0..N {
                ordinals[i] = ordinal.wrapping_add(i as u32);
            }
            ordinal = ordinal.wrapping_add(N as u32);
            let words = philox_block(source.low, ordinals, source.tag, source.key);
            for i in 0..N {
                season[i] = -ln(uniform_lane(words[0][i]));
            }
            for i in 0..N {
                mark[i] = uniform_lane(words[3][i]);
            }
            for i in 0..N {
                (cell[i], place[i]) = QuantileTable::place(words[1][i]);
            }
            for i in 0..N {
                redemption[i] = words[2][i] as u32;
            }
        }
        lanes - (lanes - first) % N
    }

    /// Sums the gaps drawn into season times, and finds their cells of the calendar's guide.
    #[inline(always)]
    fn sum(&mut self, clock: Clock, lanes: usize) {
        let mut sum = self.from.clock;
        for (season, reached) in self.season[..lanes].iter_mut().zip(&mut self.clocks) {
            sum += *season;
            *reached = sum;
            *season = clock.anchor + sum * clock.per_rate;
        }
        for (cell, season) in self.months[..lanes].iter_mut().zip(&self.season[..lanes]) {
            *cell = clock.grid.cell(*season);
        }
    }

    #[inline(always)]
    fn fill_narrow(&mut self, source: Source, clock: Clock, lanes: usize) {
        self.gaps::<4>(source, 0, lanes);
        self.sum(clock, lanes);
    }

    /// The same body compiled for four 64-bit lanes: the same bits, a third of the instructions.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn fill_avx2(&mut self, source: Source, clock: Clock, lanes: usize) {
        self.fill_narrow(source, clock, lanes);
    }

    /// The same body compiled for eight 64-bit lanes.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512vl")]
    fn fill_avx512(&mut self, source: Source, clock: Clock, lanes: usize) {
        // Two vectors at once hide the latency of each.
        let drawn = self.gaps::<16>(source, 0, lanes);
        self.gaps::<8>(source, drawn, lanes);
        self.sum(clock, lanes);
    }
}

/// Vectors the processor has; the bits are the same with any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    Baseline,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Width {
    pub fn detect() -> Width {
        #[cfg(target_arch = "x86_64")]
        {
            if std::arch::is_x86_feature_detected!("avx512f")
                && std::arch::is_x86_feature_detected!("avx512vl")
            {
                return Width::Avx512;
            }
            if std::arch::is_x86_feature_detected!("avx2") {
                return Width::Avx2;
            }
        }
        Width::Baseline
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws `count` events, asking for `expected` at a time.
    fn events(expected: f64, width: Width, count: usize) -> Vec<Event> {
        let source = Source {
            low: [3, 4],
            key: [5, 6],
            tag: 0x0100_0000,
        };
        let clock = Clock {
            anchor: -2.5,
            per_rate: 0.7,
            grid: Calendar::flat(12).grid(),
        };
        let mut draws = Draws::EMPTY;
        let mut out = Vec::new();
        let mut from = Reached::NOTHING;
        while out.len() < count {
            draws.draw((source, from), clock, expected, width);
            // Not all are read: the rest is drawn again.
            let read = draws.drawn - draws.drawn / 5;
            from = draws.reached(read);
            out.extend(draws.events(read));
        }
        out.truncate(count);
        out
    }

    #[test]
    fn the_same_bits_at_any_width_and_any_number_at_once() {
        let reference = events(0.0, Width::Baseline, 200);
        assert!(reference.is_sorted_by(|a, b| a.season < b.season));
        for expected in [0.0, 5.0, 17.0, 1e9] {
            assert_eq!(events(expected, Width::detect(), 200), reference);
            assert_eq!(events(expected, Width::Baseline, 200), reference);
        }
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            assert_eq!(events(9.0, Width::Avx2, 200), reference);
        }
    }
}
