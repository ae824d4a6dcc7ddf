//! A fate: the purchases a person could make, fixed once and read by every world.
//!
//! Base purchases are unit-rate exponential gaps through ∫λ(t)dt from the anchor, each with its basket, its redemption
//! uniform and its *keep* uniform. Candidates for extra purchases come in layers of the purchase-rate multiplier: layer l
//! is a Poisson stream of rate width_l·λ(t), each candidate with a mark inside the layer. All are data produced in blocks by the addressed generator before the life loop reads them; a world that lives longer extends the block, it
//! never changes it.

use crate::population::{Calendar, Person, SegmentLaws};
use crate::random::Purpose;
use crate::random::address::{tag, uniform_lane, uniform32};
use crate::random::elementary::ln;
use crate::random::philox::{LANES, philox_block};

/// Lower edges of the layers of e^η − 1, and the end of the last. Fixed: part of the meaning of a seed.
pub const LAYER_EDGES: [f64; 6] = [0.0, 0.05, 0.2, 1.0, 3.0, 7.0];
/// Number of layers.
pub const LAYERS: usize = LAYER_EDGES.len() - 1;

/// Where a visit comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// The purchase at arrival: not a repeat purchase.
    Arrival,
    Base,
    /// A candidate of this layer.
    Candidate(u8),
}

/// One potential purchase.
#[derive(Clone, Copy, Debug)]
pub struct Visit {
    /// Months from `start`.
    pub time: f64,
    /// Minor units at ξ = 0, rounded once.
    pub amount: i64,
    /// Base purchases: the keep uniform. Candidates: edge + u·width, the smallest e^η − 1 that would not accept it.
    pub level: f64,
    /// Redemption uniform (word).
    pub redemption: u32,
    pub month: i16,
    pub stream: Stream,
}

/// Draws made at once: up to four blocks of the generator.
const BLOCK: usize = 4 * LANES;

/// A block of draws of one stream: gaps and what hangs on them. Plain array code that the compiler vectorizes.
struct Block {
    gaps: [f64; BLOCK],
    baskets: [u32; BLOCK],
    redemptions: [u32; BLOCK],
    /// Keep uniforms (base) or marks (candidates).
    marks: [f64; BLOCK],
}

impl Block {
    const EMPTY: Block = Block {
        gaps: [0.0; BLOCK],
        baskets: [0; BLOCK],
        redemptions: [0; BLOCK],
        marks: [0.0; BLOCK],
    };

    /// Draws `lanes` (a multiple of four) ordinals from `first` on.
    #[inline(always)]
    #[allow(
        clippy::needless_range_loop,
        reason = "the same lane of several arrays"
    )]
    fn fill_body(&mut self, low: [u32; 2], key: [u32; 2], tag: u32, first: u32, lanes: usize) {
        let mut lane = 0;
        while lane + LANES <= lanes.min(BLOCK) {
            let ordinals: [u32; LANES] =
                std::array::from_fn(|i| first.wrapping_add((lane + i) as u32));
            let words = philox_block(low, ordinals, tag, key);
            // Indexed loops, not `map`: a closure is a function of its own and would not inherit the wider lanes.
            for i in 0..LANES {
                self.gaps[lane + i] = -ln(uniform_lane(words[0][i]));
                self.marks[lane + i] = uniform_lane(words[3][i]);
            }
            for i in 0..LANES {
                self.baskets[lane + i] = words[1][i] as u32;
                self.redemptions[lane + i] = words[2][i] as u32;
            }
            lane += LANES;
        }
    }

    /// The same body compiled for four 64-bit lanes: the same bits, a third of the instructions.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn fill_avx2(&mut self, low: [u32; 2], key: [u32; 2], tag: u32, first: u32, lanes: usize) {
        self.fill_body(low, key, tag, first, lanes);
    }

    #[inline]
    fn fill(&mut self, person: &Person, tag: u32, first: u32, lanes: usize, wide: bool) {
        let (low, key) = (person.subject.words(), person.key.0);
        #[cfg(target_arch = "x86_64")]
        if wide {
            // SAFETY: `wide` is set only where the processor has been found to have AVX2.
            #[allow(
                unsafe_code,
                reason = "the one call into code compiled for a wider processor"
            )]
            unsafe {
                self.fill_avx2(low, key, tag, first, lanes)
            };
            return;
        }
        let _ = wide;
        self.fill_body(low, key, tag, first, lanes);
    }
}

/// Whether the processor has the wider vectors; the bits are the same without.
fn has_wide_lanes() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        std::arch::is_x86_feature_detected!("avx2")
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        false
    }
}

/// State of one candidate layer.
struct Layer {
    /// Drawn candidates: gaps in rate time, marks and what hangs on them.
    block: Block,
    /// Next lane to read; `LANES` when used up.
    lane: usize,
    /// Next ordinal of the stream.
    ordinal: u32,
    clock: f64,
    /// The next candidate, drawn but not yet merged; infinite time when the layer is exhausted.
    next: Visit,
}

/// Buffers of one thread: cleared for each person, never shrunk.
pub struct Fate<'a> {
    calendar: &'a Calendar,
    laws: &'a SegmentLaws,
    person: Person,
    visits: Vec<Visit>,
    block: Block,
    layers: Vec<Layer>,
    /// Candidates at or above this level are never accepted by any dial of the person and are not listed.
    level_bound: f64,
    /// Layers below the bound.
    needed: usize,
    season_anchor: f64,
    /// Season time up to which visits will likely be read.
    season_end: f64,
    per_rate: f64,
    clock: f64,
    ordinal: u32,
    exhausted: bool,
    last_before_anchor: Option<f64>,
    seen_in_warm_up: bool,
    wide: bool,
}

impl<'a> Fate<'a> {
    /// A buffer for persons of any segment. `level_bound`: largest e^η − 1 of any program of the scenario.
    pub fn new(
        calendar: &'a Calendar,
        laws: &'a SegmentLaws,
        person: Person,
        level_bound: f64,
    ) -> Fate<'a> {
        let nothing = Visit {
            time: f64::INFINITY,
            amount: 0,
            level: f64::INFINITY,
            redemption: 0,
            month: i16::MAX,
            stream: Stream::Base,
        };
        let needed = layers_below(level_bound);
        Fate {
            calendar,
            laws,
            person,
            visits: Vec::with_capacity(1024),
            block: Block::EMPTY,
            layers: (0..needed)
                .map(|_| Layer {
                    block: Block::EMPTY,
                    lane: LANES,
                    ordinal: 0,
                    clock: 0.0,
                    next: nothing,
                })
                .collect(),
            level_bound,
            needed: 0,
            season_anchor: 0.0,
            season_end: 0.0,
            per_rate: 0.0,
            clock: 0.0,
            ordinal: 0,
            exhausted: true,
            last_before_anchor: None,
            seen_in_warm_up: false,
            wide: has_wide_lanes(),
        }
    }

    /// Starts the fate of another person, who will likely be read until `likely_end` (months) and of whom no dial accepts a
    /// candidate at or above `level_bound`.
    pub fn start(
        &mut self,
        person: Person,
        laws: &'a SegmentLaws,
        warm_up: f64,
        likely_end: f64,
        level_bound: f64,
    ) {
        self.level_bound = level_bound;
        self.needed = layers_below(level_bound).min(self.layers.len());
        self.season_end = self.calendar.season_time(likely_end.max(person.anchor));
        self.person = person;
        self.laws = laws;
        self.visits.clear();
        self.season_anchor = self.calendar.season_time(person.anchor);
        self.per_rate = if person.rate > 0.0 {
            1.0 / person.rate
        } else {
            f64::INFINITY
        };
        self.clock = 0.0;
        self.ordinal = 0;
        self.exhausted = person.rate <= 0.0;
        self.last_before_anchor = None;
        if !person.opening {
            self.visits.push(self.arrival_purchase());
        } else if !self.exhausted {
            self.last_before_anchor = self.remember_past(warm_up);
        }
        if !self.exhausted {
            for layer in 0..self.needed {
                let state = &mut self.layers[layer];
                state.lane = LANES;
                state.ordinal = 0;
                state.clock = 0.0;
                self.draw_candidate(layer);
            }
        }
    }

    /// The person whose fate this is.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// The visits from number `index` on that are drawn already, drawing more where none is; empty past the calendar's
    /// end. In time order.
    #[inline]
    pub fn visits_from(&mut self, index: usize) -> &[Visit] {
        while index >= self.visits.len() && !self.exhausted {
            self.extend();
        }
        self.visits.get(index..).unwrap_or(&[])
    }

    /// The last purchase of the warm-up: what trailing windows remember.
    pub fn last_in_warm_up(&self) -> Option<f64> {
        self.last_before_anchor.filter(|_| self.seen_in_warm_up)
    }

    /// The last purchase before the anchor of one who was a customer then: base purchase −1, or the arrival.
    pub fn last_before_anchor(&self) -> Option<f64> {
        self.last_before_anchor
    }

    fn remember_past(&mut self, warm_up: f64) -> Option<f64> {
        let person = &self.person;
        let words = person
            .subject
            .draw(person.key, Purpose::BasePurchase, 0, 0, u32::MAX);
        let season = self.season_anchor + ln(uniform32(words[0])) * self.per_rate;
        // Beyond the calendar's reach months are taken as average ones.
        let time = match self.calendar.invert(season) {
            Some((time, _)) => time,
            None => season.min(self.calendar.start()),
        };
        // The arrival was a purchase too.
        let last = time.max(-person.age);
        self.seen_in_warm_up = last >= -warm_up;
        Some(last)
    }

    /// Index of the first listed visit after `time`.
    pub fn first_after(&self, time: f64) -> usize {
        self.visits.partition_point(|v| v.time <= time)
    }

    fn arrival_purchase(&self) -> Visit {
        let person = &self.person;
        let words = person
            .subject
            .draw(person.key, Purpose::ArrivalPurchase, 0, 0, 0);
        Visit {
            time: person.anchor,
            amount: amount(person.basket * self.laws.within.at_word(words[1])),
            level: uniform32(words[3]),
            redemption: words[2],
            month: libm::floor(person.anchor) as i16,
            stream: Stream::Arrival,
        }
    }

    /// Appends the next base purchases (four to sixteen, by how many are still likely) and the candidates up to the last
    /// of them. How many are drawn at once changes no draw: every one has its own address.
    fn extend(&mut self) {
        let start = self.visits.len();
        let person = self.person;
        let likely = (self.season_end - self.season_anchor) * person.rate - self.clock;
        let lanes = if likely > 12.0 {
            BLOCK
        } else {
            // At least four; past the likely end four more at a time.
            LANES * (1 + (likely.max(0.0) as usize + 2) / LANES).min(BLOCK / LANES)
        };
        let tag = tag(Purpose::BasePurchase, 0, 0);
        self.block
            .fill(&person, tag, self.ordinal, lanes, self.wide);
        self.ordinal = self.ordinal.wrapping_add(lanes as u32);
        self.visits.reserve(BLOCK);
        for lane in 0..lanes.min(BLOCK) {
            self.clock += self.block.gaps[lane];
            let season = self.season_anchor + self.clock * self.per_rate;
            let Some((time, month)) = self.calendar.invert(season) else {
                self.exhausted = true;
                break;
            };
            let factor = self.laws.within.at_word(self.block.baskets[lane]);
            self.visits.push(Visit {
                time,
                amount: amount(person.basket * factor),
                level: self.block.marks[lane],
                redemption: self.block.redemptions[lane],
                month: month as i16,
                stream: Stream::Base,
            });
        }
        let frontier = match self.visits.last() {
            Some(last) if !self.exhausted => last.time,
            _ => f64::MAX,
        };
        self.merge_candidates(start, frontier);
    }

    /// Merges candidates up to `frontier` into the visits from `start` on; at one instant base comes first, then layers.
    fn merge_candidates(&mut self, start: usize, frontier: f64) {
        for layer in 0..self.needed {
            while self.layers[layer].next.time <= frontier {
                let candidate = self.layers[layer].next;
                let mut at = self.visits.len();
                while at > start && self.visits[at - 1].time > candidate.time {
                    at -= 1;
                }
                self.visits.insert(at, candidate);
                self.draw_candidate(layer);
            }
        }
    }

    /// Draws the next candidate of a layer below the bound into its `next`.
    fn draw_candidate(&mut self, layer: usize) {
        let (low, high) = (LAYER_EDGES[layer], LAYER_EDGES[layer + 1]);
        let width = high - low;
        let person = self.person;
        let per_rate = self.per_rate / width;
        let wide = self.wide;
        let state = &mut self.layers[layer];
        let tag = tag(Purpose::Candidate, layer as u8, 0);
        loop {
            if state.lane == LANES {
                state.block.fill(&person, tag, state.ordinal, LANES, wide);
                state.ordinal = state.ordinal.wrapping_add(LANES as u32);
                state.lane = 0;
            }
            let lane = state.lane;
            state.lane += 1;
            state.clock += state.block.gaps[lane];
            let season = self.season_anchor + state.clock * per_rate;
            let level = low + state.block.marks[lane] * width;
            if level >= self.level_bound && season < self.calendar.end() {
                continue;
            }
            let Some((time, month)) = self.calendar.invert(season) else {
                state.next.time = f64::INFINITY;
                return;
            };
            state.next = Visit {
                time,
                amount: amount(person.basket * self.laws.within.at_word(state.block.baskets[lane])),
                level,
                redemption: state.block.redemptions[lane],
                month: month as i16,
                stream: Stream::Candidate(layer as u8),
            };
            return;
        }
    }
}

/// Layers that begin below a level.
fn layers_below(level: f64) -> usize {
    LAYER_EDGES[..LAYERS]
        .iter()
        .filter(|edge| **edge < level)
        .count()
}

/// Rounds an amount of money once: half up. Amounts are bounded at load.
#[inline]
pub fn amount(minor: f64) -> i64 {
    (minor + 0.5) as i64
}
