//! A fate: the purchases a person could make, fixed once and read by every world.
//!
//! Base purchases are unit-rate exponential gaps through ∫λ(t)dt from the anchor, each with its basket, its redemption
//! uniform and its *keep* uniform. Candidates for extra purchases come in layers of the purchase-rate multiplier: layer l
//! is a Poisson stream of rate width_l·λ(t), each candidate with a mark inside the layer. All are data produced in blocks by the addressed generator
//! before the life loop reads them; a world that lives longer extends the lists, it never changes them.

mod draws;
mod friend;
mod past;
mod tenure;

use self::draws::{Clock, Draws, Market, Reached, Source, Width};
use crate::population::calendar::month_of;
use crate::population::{Calendar, Person, SegmentLaws};
use crate::random::Purpose;
use crate::random::address::{tag, uniform32};
use crate::random::elementary::ln;
use crate::scenario::model::TenureCurves;

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

/// Season time by which the lists reach beyond the instant asked for: more than the rounding of season time, less than any
/// gap that matters. What lies in it is decided by its time, not by being listed.
const SLACK: f64 = 1e-9;
/// Purchases by which a life that goes on past the end of the lists extends them.
const STEP: f64 = 24.0;

/// What listing needs and leaves behind.
struct Scratch {
    draws: Draws,
    /// Candidates being merged with others.
    merging: Vec<Visit>,
}

/// The lists of one person, in buffers that go from person to person and never shrink.
pub struct Fate<'a> {
    calendar: &'a Calendar,
    laws: &'a SegmentLaws,
    person: Person,
    /// The arrival and the base purchases before the frontier.
    visits: Vec<Visit>,
    /// Candidates below the bound before the frontier, in time order; at one instant in the order of their layers.
    candidates: Vec<Visit>,
    /// How far the streams have been listed.
    base: Reached,
    layers: [Reached; LAYERS],
    scratch: Box<Scratch>,
    /// Candidates at or above this level are never accepted by any dial of the person and are not listed.
    level_bound: f64,
    /// Layers below the bound.
    needed: usize,
    clock: Clock,
    /// Everything before this instant is listed.
    frontier: f64,
    /// The same in season time.
    listed: f64,
    /// Whether candidates are listed too: once a life asks for them.
    lists_candidates: bool,
    last_before_anchor: Option<f64>,
    seen_in_warm_up: bool,
    /// Arrival from which the person's tenure counts.
    tenure_from: f64,
    /// Of a friend whom world 0 does not have: it counts from the arrival in the world in hand.
    tenure_is_own: bool,
    /// First visit of the life in hand; what a friend who comes later than the list begins does not live lies before it.
    first: usize,
    /// The visit whose place the arrival of a friend has taken.
    replaced: Option<Visit>,
    width: Width,
}

impl<'a> Fate<'a> {
    /// A buffer for persons of any segment. `level_bound`: largest e^η − 1 of any program of the scenario.
    pub fn new(
        calendar: &'a Calendar,
        laws: &'a SegmentLaws,
        person: Person,
        level_bound: f64,
    ) -> Fate<'a> {
        Fate {
            calendar,
            laws,
            person,
            visits: Vec::with_capacity(1024),
            candidates: Vec::with_capacity(256),
            base: Reached::NOTHING,
            layers: [Reached::NOTHING; LAYERS],
            scratch: Box::new(Scratch {
                draws: Draws::EMPTY,
                merging: Vec::with_capacity(256),
            }),
            level_bound,
            needed: 0,
            clock: Clock {
                anchor: 0.0,
                per_rate: 0.0,
                grid: calendar.grid(),
            },
            frontier: f64::INFINITY,
            listed: 0.0,
            lists_candidates: false,
            last_before_anchor: None,
            seen_in_warm_up: false,
            tenure_from: 0.0,
            tenure_is_own: false,
            first: 0,
            replaced: None,
            width: Width::detect(),
        }
    }

    /// Starts the fate of another person, lists it until `until` (months), and no candidate at or above `level_bound`,
    /// which no dial of the person accepts.
    pub fn start(
        &mut self,
        person: Person,
        laws: &'a SegmentLaws,
        warm_up: f64,
        until: f64,
        level_bound: f64,
    ) {
        self.tenure_from = person.anchor - person.age;
        self.tenure_is_own = false;
        self.begin(person, laws, warm_up, until, level_bound);
    }

    fn begin(
        &mut self,
        person: Person,
        laws: &'a SegmentLaws,
        warm_up: f64,
        until: f64,
        level_bound: f64,
    ) {
        self.level_bound = level_bound;
        self.needed = layers_below(level_bound);
        self.person = person;
        self.laws = laws;
        self.visits.clear();
        self.first = 0;
        self.replaced = None;
        self.candidates.clear();
        self.base = Reached::NOTHING;
        self.layers = [Reached::NOTHING; LAYERS];
        self.clock = Clock {
            anchor: self.calendar.season_time(person.anchor),
            per_rate: 1.0 / person.rate,
            grid: self.clock.grid,
        };
        self.last_before_anchor = None;
        self.lists_candidates = false;
        self.frontier = person.anchor;
        if !person.opening {
            self.visits.push(self.arrival_purchase());
        }
        if person.rate > 0.0 {
            if person.opening {
                self.last_before_anchor = self.remember_past(warm_up);
            }
            self.list(until.max(person.anchor));
        } else {
            self.frontier = f64::INFINITY;
        }
    }

    /// Exchanges what listing needs with another fate: many fates then use the memory of one, which stays at hand.
    pub fn exchange_scratch(&mut self, other: &mut Fate<'a>) {
        std::mem::swap(&mut self.scratch, &mut other.scratch);
    }

    /// The person whose fate this is.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// What changes with the time the person stays.
    pub fn tenure(&self) -> &'a TenureCurves {
        &self.laws.tenure
    }

    /// The arrival and the base purchases listed so far, in time order.
    #[inline]
    pub fn visits(&self) -> &[Visit] {
        &self.visits[self.first..]
    }

    /// The candidates listed so far, in time order; none before [`Fate::list_candidates`].
    #[inline]
    pub fn candidates(&self) -> &[Visit] {
        &self.candidates
    }

    /// Lists the candidates before the frontier, now and whenever it moves. No draw depends on whether or when.
    pub fn list_candidates(&mut self) {
        if !self.lists_candidates {
            self.lists_candidates = true;
            if self.person.rate > 0.0 {
                self.list_layers();
            }
        }
    }

    /// Everything before this instant is listed; infinite where nothing more can come.
    pub fn frontier(&self) -> f64 {
        self.frontier
    }

    /// Lists more: until `until` where that is beyond the frontier, else a few purchases. Whether anything more can come.
    pub fn extend(&mut self, until: f64) -> bool {
        if self.frontier == f64::INFINITY {
            return false;
        }
        let until = if until > self.frontier {
            until
        } else {
            self.frontier + (STEP / self.person.rate).clamp(1.0, 24.0)
        };
        self.list(until);
        true
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
        let season = self.clock.anchor + ln(uniform32(words[0])) * self.clock.per_rate;
        let time = self.time_before(season);
        // The arrival was a purchase too.
        let last = time.max(-person.age);
        self.seen_in_warm_up = last >= -warm_up;
        Some(last)
    }

    /// Index of the first listed visit after `time`.
    pub fn first_after(&self, time: f64) -> usize {
        self.visits().partition_point(|v| v.time <= time)
    }

    fn arrival_purchase(&self) -> Visit {
        let person = &self.person;
        let words = person
            .subject
            .draw(person.key, Purpose::ArrivalPurchase, 0, 0, 0);
        Visit {
            time: person.anchor,
            amount: amount(
                person.basket * self.laws.tenure.basket(0.0) * self.laws.within.at_word(words[1]),
            ),
            level: uniform32(words[3]),
            redemption: words[2],
            month: month_of(person.anchor) as i16,
            stream: Stream::Arrival,
        }
    }

    /// Lists base purchases and candidates before `until`.
    fn list(&mut self, until: f64) {
        let mut season = self.calendar.season_time(until) + SLACK;
        self.frontier = until;
        if season >= self.calendar.end() {
            season = self.calendar.end();
            self.frontier = f64::INFINITY;
        }
        self.listed = season;
        self.list_base(season);
        if self.lists_candidates {
            self.list_layers();
        }
    }

    fn list_layers(&mut self) {
        let start = self.candidates.len();
        for layer in 0..self.needed {
            let from = self.candidates.len();
            self.list_layer(layer, self.listed);
            self.merge_candidates(start, from);
        }
    }

    /// Merges two runs in time order, of which the second begins at `from`; at one instant the first comes first.
    fn merge_candidates(&mut self, start: usize, from: usize) {
        let merging = &mut self.scratch.merging;
        merging.clear();
        merging.extend_from_slice(&self.candidates[from..]);
        let (mut first, mut place) = (from, self.candidates.len());
        while let Some(later) = merging.last() {
            place -= 1;
            if first > start && self.candidates[first - 1].time > later.time {
                first -= 1;
                self.candidates[place] = self.candidates[first];
            } else {
                self.candidates[place] = *later;
                merging.pop();
            }
        }
    }

    fn source(&self, tag: u32) -> Source {
        Source {
            low: self.person.subject.words(),
            key: self.person.key.0,
            tag,
        }
    }

    fn list_base(&mut self, season: f64) {
        let source = self.source(tag(Purpose::BasePurchase, 0, 0));
        let basket = self.person.basket;
        loop {
            let draws = &mut self.scratch.draws;
            let expected = self.base.expected_until(season, self.clock);
            draws.draw((source, self.base), self.clock, expected, self.width);
            let before = draws.before(season);
            self.base = draws.reached(before);
            let market = Market {
                calendar: self.calendar,
                within: &self.laws.within,
                basket,
            };
            let drawn = draws.events(before);
            let listed = self.visits.len();
            self.visits
                .extend(drawn.map(|event| event.visit(&market, event.mark, Stream::Base)));
            if !self.laws.tenure.points.is_empty() {
                let factors = draws.events(before).map(|event| event.factor(&market));
                let mean = (self.person.basket, self.tenure_from);
                tenure::grow(&mut self.visits[listed..], factors, mean, self.laws);
            }
            if !self.scratch.draws.are_all(before) {
                return;
            }
        }
    }

    /// Lists the candidates of one layer behind those listed.
    fn list_layer(&mut self, layer: usize, season: f64) {
        let (low, high) = (LAYER_EDGES[layer], LAYER_EDGES[layer + 1]);
        let width = high - low;
        let source = self.source(tag(Purpose::Candidate, layer as u8, 0));
        let clock = Clock {
            anchor: self.clock.anchor,
            per_rate: self.clock.per_rate / width,
            ..self.clock
        };
        let market = Market {
            calendar: self.calendar,
            within: &self.laws.within,
            basket: self.person.basket,
        };
        loop {
            let draws = &mut self.scratch.draws;
            let reached = &mut self.layers[layer];
            let expected = reached.expected_until(season, clock);
            draws.draw((source, *reached), clock, expected, self.width);
            let before = draws.before(season);
            *reached = draws.reached(before);
            for event in draws.events(before) {
                let level = low + event.mark * width;
                if level >= self.level_bound {
                    continue;
                }
                let mut candidate = event.visit(&market, level, Stream::Candidate(layer as u8));
                if !self.laws.tenure.points.is_empty() {
                    let factors = std::iter::once(event.factor(&market));
                    let one = std::slice::from_mut(&mut candidate);
                    let mean = (self.person.basket, self.tenure_from);
                    tenure::grow(one, factors, mean, self.laws);
                }
                self.candidates.push(candidate);
            }
            if !draws.are_all(before) {
                return;
            }
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
#[inline(always)]
pub fn amount(minor: f64) -> i64 {
    (minor + 0.5) as i64
}
