//! A life under a program.
//!
//! # Order of events (the contract)
//! 1. At one instant: leaving, arrival, base purchase, candidates by layer, month end; then ordinal. Leaving voids what
//!    would come later at that instant.
//! 2. Purchase: enrollment decision → price → redemption decision on the balance *before* this visit's points (at most
//!    one per visit; a tender only when the amount to pay is at least its face value; oldest lots first) → a tender lowers
//!    what is paid, an own good displaces a paid purchase at the same visit → earn on what was paid → new lot, usable
//!    from the next visit → progress towards a tier, which holds from the next visit.
//! 3. Month end: expiry of due lots → review of the tier.
//!    Between friends (`ties`): an invitation, a friend's arrival, a reward, at its own instant, after what else is due then.
//!    A friend's life begins at his arrival in this world; rewards are told to the horizon.
//! 4. Frequency and basket are evaluated where they are used; attrition is piecewise constant between dial events.
//!
//! Nothing visits a person at a month end at which nothing is due: `next_due` is the earliest of leaving, a change of
//! attrition, a due lot, a change of rules and the horizon; `next_stop` is the earliest of it and of what else makes a
//! base purchase more than a purchase: a candidate before it, enrollment, the end of world 0. The loop compares each
//! base purchase with that one instant.

mod account;
mod beginning;
mod exposure;
mod frequency;
mod multiplied;
mod position;
mod recommendation;
mod setting;
mod status;
mod stop;
mod stretch;
mod ties;
mod visit;

pub use setting::{Frame, Reach, Setting, mechanics};
pub use ties::{Came, Scouting, SlotDraw, Ties};

use super::EngineError;
use super::fate::{Fate, Stream, Visit};
use super::flow::{CapFlow, Effect, EffectFlow, Flow, NaiveFlow, ReferralFlow};
use super::observe::{Absence, Event, EventKind, Label, Observer};
use super::sheet::Sheet;
use super::tenure;
use super::window::TrailingWindow;
use crate::behavior::redemption::Inclination;
use crate::behavior::{Dial, Position, StackedExposure};
use crate::ledger::Ledger;
use crate::population::Person;
use crate::population::calendar::month_of;
use crate::program::earn::{EarnRate, MonthlyCap};
use crate::program::expiry;
use crate::program::reward::Liked;
use crate::scenario::model::Expiry;

/// When world 0 has this person.
#[derive(Clone, Copy, Debug)]
pub struct WorldZero {
    /// Purchases up to this instant are not world 0's: minus infinity for whom both worlds have from the same instant on,
    /// infinite for a friend world 0 never has.
    pub arrival: f64,
    pub leaving: f64,
    /// The purchase at the instant of leaving still happens (BG: the coin falls after it).
    pub inclusive: bool,
}

impl WorldZero {
    /// Whether a base purchase at `time` happens in world 0.
    #[inline]
    pub fn has(&self, time: f64) -> bool {
        time > self.arrival && (time < self.leaving || (self.inclusive && time == self.leaving))
    }
}

/// What a life under a program is compared with, how far it can go, and who knows of its friends.
pub struct Start<'s> {
    pub zero: WorldZero,
    pub reach: Reach,
    /// From which instant on a visit enrolls; see [`Setting::enrolls`].
    pub enroll_at: f64,
    /// Says when rewards for friends fall due; not needed where nobody waits for a friend's later purchases.
    pub scout: Option<&'s mut (dyn Scouting + 's)>,
}

/// What a person's life amounted to, for the tables by person.
#[derive(Clone, Copy, Debug, Default)]
pub struct Summary {
    /// Paid over the horizon.
    pub paid: i64,
    pub issued: i64,
    pub redeemed: i64,
    pub reward_cost: i64,
    pub member: bool,
    pub visited: bool,
    /// Promoted or demoted within the horizon; whether a tier was ever held in it.
    pub promoted: bool,
    pub demoted: bool,
    pub elevated: bool,
}

/// State of one life under a program; reused from person to person.
pub struct Life {
    ledger: Ledger,
    member: bool,
    joined: f64,
    enroll_at: f64,
    liked: Liked,
    /// Version for which `liked` was computed.
    liked_version: usize,
    inclination: Inclination,
    /// Balances for which `refused_from` holds: from that word of the redemption uniform on, no redemption.
    refusal_octave: std::ops::Range<i64>,
    refused_from: u64,
    refusal_version: usize,
    redeemer: bool,
    flexible: bool,
    version: usize,
    next_version: f64,
    cap: MonthlyCap,
    card_left: f64,
    last_redemption: f64,
    last_activity: f64,
    /// Months for which an earn or a redemption keeps a member active.
    active_months: f64,
    active: bool,
    regret_until: f64,
    // Exposure to leaving.
    attrition: Dial,
    /// Exposure by stack of effects, where effects move attrition.
    stack: StackedExposure,
    attributes: bool,
    hazard_ratio: f64,
    exposure_left: f64,
    exposure_from: f64,
    leave_at: f64,
    left: bool,
    left_at: f64,
    attrition_check: f64,
    expiry_due: f64,
    /// Today's rule, of the tier held or the version's, and the first month end at which it ends points.
    expiry: Expiry,
    expiry_first: f64,
    /// Month end at which the tier is reviewed.
    review_due: f64,
    status: status::Status,
    /// Next event between visits.
    next_due: f64,
    /// Base purchases before this instant are nothing but purchases.
    next_stop: f64,
    past_horizon: bool,
    /// The horizon; once it has been crossed, the end of the run-off.
    horizon_due: f64,
    done: bool,
    /// Base purchases whose keep uniform is above it can be dropped: each is looked at.
    keep_floor: f64,
    world_zero: WorldZero,
    /// What a base purchase is at present, and until when.
    label: Label,
    label_until: f64,
    /// Whether candidates are looked at: not before some effect can raise the frequency.
    open: bool,
    /// They are to be, from the next visit on.
    opens: bool,
    /// Whether visits are under rules most programs do not have; see `note_special`.
    special: bool,
    /// Whether purchases can be lived in stretches: none of those rules acts but multipliers of points.
    plain: bool,
    /// Next candidate of the fate's list, and its instant.
    candidate: usize,
    /// Where the list was last looked at from.
    looked_from: usize,
    candidate_at: f64,
    /// Whether it is below the ceiling; else the list is to be looked at again from there.
    candidate_may_come: bool,
    /// Price of the cheapest reward of today's rules for one who may redeem, else out of reach.
    cheapest: i64,
    /// How far this program's effects can raise this person's frequency.
    reach: Reach,
    /// Today's earn rule.
    earn_rate: EarnRate,
    buyers: TrailingWindow,
    /// What tenure multiplies the mean basket by at the horizon, where it is asked for.
    growth: f64,
    /// Next event between this customer and friends.
    ties_due: f64,
    pub ties: Ties,
    summary: Summary,
    scratch: Vec<(crate::ledger::LotKey, i64)>,
}

impl Default for Life {
    fn default() -> Life {
        Life {
            ledger: Ledger::default(),
            member: false,
            joined: 0.0,
            enroll_at: 0.0,
            liked: Liked::default(),
            liked_version: usize::MAX,
            inclination: Inclination::default(),
            refusal_octave: 0..0,
            refused_from: 0,
            refusal_version: usize::MAX,
            redeemer: false,
            flexible: false,
            version: 0,
            next_version: 0.0,
            cap: MonthlyCap::default(),
            card_left: 0.0,
            last_redemption: f64::NEG_INFINITY,
            last_activity: f64::NEG_INFINITY,
            active_months: 0.0,
            active: false,
            regret_until: f64::NEG_INFINITY,
            attrition: Dial::default(),
            stack: StackedExposure::default(),
            attributes: false,
            hazard_ratio: 1.0,
            exposure_left: 0.0,
            exposure_from: 0.0,
            leave_at: 0.0,
            left: false,
            left_at: f64::INFINITY,
            attrition_check: f64::INFINITY,
            expiry_due: f64::INFINITY,
            expiry: Expiry::Never,
            expiry_first: 1.0,
            review_due: f64::INFINITY,
            status: status::Status::default(),
            next_due: 0.0,
            next_stop: 0.0,
            past_horizon: false,
            horizon_due: f64::INFINITY,
            done: false,
            keep_floor: f64::INFINITY,
            world_zero: WorldZero {
                arrival: f64::NEG_INFINITY,
                leaving: f64::INFINITY,
                inclusive: false,
            },
            label: Label::Base,
            label_until: f64::INFINITY,
            open: false,
            opens: false,
            special: false,
            plain: false,
            candidate: 0,
            looked_from: 0,
            candidate_at: f64::INFINITY,
            candidate_may_come: false,
            cheapest: i64::MAX,
            reach: Reach::default(),
            earn_rate: EarnRate::NOTHING,
            buyers: TrailingWindow::default(),
            growth: 1.0,
            ties_due: f64::INFINITY,
            ties: Ties::default(),
            summary: Summary::default(),
            scratch: Vec::with_capacity(64),
        }
    }
}

impl Life {
    /// A life whose account can hold lots this many months old at month 0.
    pub fn with_vintages(opening_vintages: i32) -> Life {
        Life {
            ledger: Ledger::starting(-opening_vintages),
            ..Life::default()
        }
    }

    /// Lives one life from arrival to run-off, booking into `sheet`.
    ///
    /// # Errors
    /// [`EngineError::Internal`] where a dial exceeds the bound its effects stated.
    pub fn live<O: Observer>(
        &mut self,
        setting: &Setting,
        fate: &mut Fate,
        start: Start,
        sheet: &mut Sheet,
        observer: &mut O,
    ) -> Result<Summary, EngineError> {
        let mut scene = Scene {
            setting,
            sheet,
            observer,
            // Each reference is to live as long as the scene only.
            scout: start.scout.map(|scout| scout as &mut dyn Scouting),
        };
        let person = *fate.person();
        self.world_zero = start.zero;
        self.reach = start.reach;
        self.enroll_at = start.enroll_at;
        self.begin(&mut scene, &person, fate);
        self.walk(&mut scene, &person, fate)?;
        if !self.past_horizon {
            self.cross_horizon(&mut scene, &person);
        }
        self.finish(&mut scene, &person);
        let until = self.left_at.min(setting.frame.horizon);
        tenure::book_cost(scene.sheet, fate.tenure(), &person, until);
        if setting.has_tiers {
            // The next life may be of a program without.
            self.status.clear();
        }
        if self.world_zero.arrival == f64::NEG_INFINITY {
            self.book_lost(&mut scene, &person, fate, self.world_zero);
        }
        self.ties.end()?;
        Ok(self.summary)
    }

    /// Visit by visit, with what is due between them.
    #[inline(always)]
    fn walk<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        fate: &mut Fate,
    ) -> Result<(), EngineError> {
        let mut index = 0;
        if self.opens {
            self.open_dial(scene.setting, fate, person.anchor);
        }
        'life: loop {
            let mut opened_at = None;
            let visits = fate.visits();
            loop {
                if visits.get(index).is_some_and(|visit| self.is_plain(visit)) {
                    index += self.stretch(scene, person, &visits[index..]);
                }
                let Some(visit) = visits.get(index) else {
                    break;
                };
                if self.is_plain(visit) {
                    let balance = self.ledger.balance();
                    self.visit(scene, person, visit, self.label, balance);
                    index += 1;
                } else {
                    let dealt_with = self.stop(scene, person, fate.candidates(), visit)?;
                    index += usize::from(dealt_with);
                }
                if self.done {
                    break 'life;
                }
                if self.opens {
                    opened_at = Some(visit.time);
                    break;
                }
            }
            if let Some(time) = opened_at {
                self.open_dial(scene.setting, fate, time);
            } else if !self.goes_on(scene, person, fate)? {
                break;
            }
        }
        Ok(())
    }

    /// When this customer left for good; infinite for one who was still there when the life ended.
    pub fn left_at(&self) -> f64 {
        self.left_at
    }

    /// Base purchases of world 0 after this world's leaving.
    fn book_lost<O: Observer>(
        &mut self,
        scene: &mut Scene<O>,
        person: &Person,
        fate: &Fate,
        zero: WorldZero,
    ) {
        if !self.left || self.left_at >= scene.setting.frame.horizon {
            return;
        }
        // World 0 is listed until it ends or the horizon.
        for visit in &fate.visits()[fate.first_after(self.left_at)..] {
            if !zero.has(visit.time) || visit.time >= scene.setting.frame.horizon {
                return;
            }
            self.book_absence(scene, visit, Absence::Lost);
            self.book_kept(scene, person, visit, false);
            if self.attributes && visit.stream == Stream::Base {
                self.stack
                    .live(person.exposure_per_purchase, &Dial::default());
            }
        }
    }

    fn book_absence<O: Observer>(&mut self, scene: &mut Scene<O>, visit: &Visit, absence: Absence) {
        let Some(row) = scene.sheet.row(i32::from(visit.month)) else {
            return;
        };
        let (count, sales) = match absence {
            Absence::Dropped => (Flow::PurchasesDropped, Flow::SalesDropped),
            Absence::Lost | Absence::Moved => (Flow::PurchasesLost, Flow::SalesLost),
        };
        scene.sheet.count(row, count, 1);
        scene.sheet.count(row, sales, visit.amount);
        let balance = self.ledger.balance();
        let amount = visit.amount;
        scene.tell(
            visit.time,
            EventKind::NotBought { absence, amount },
            balance,
        );
    }

    /// Books the by-person tables that need no other world.
    pub fn book_naive(summary: &Summary, sheet: &mut Sheet) {
        if summary.member {
            sheet.naive(NaiveFlow::Members, 1);
            sheet.naive(NaiveFlow::MemberSales, summary.paid);
            return;
        }
        sheet.naive(NaiveFlow::Others, 1);
        sheet.naive(NaiveFlow::OtherSales, summary.paid);
        if summary.visited {
            sheet.naive(NaiveFlow::OtherVisitors, 1);
            sheet.naive(NaiveFlow::OtherVisitorSales, summary.paid);
        }
    }
}

/// What a life books into and tells.
struct Scene<'s, O: Observer> {
    setting: &'s Setting<'s>,
    sheet: &'s mut Sheet,
    observer: &'s mut O,
    scout: Option<&'s mut (dyn Scouting + 's)>,
}

impl<O: Observer> Scene<'_, O> {
    #[inline]
    fn tell(&mut self, time: f64, kind: EventKind, balance: i64) {
        self.observer.event(
            self.setting.world,
            &Event {
                time,
                kind,
                balance,
            },
        );
    }
}

/// Months in 2⁻²⁰.
fn months_fixed(months: f64) -> i64 {
    (months.clamp(0.0, 1e6) * (1u32 << 20) as f64 + 0.5) as i64
}
