//! One family: a root with the friends it brings, lived in every world and forgotten.

mod attracted;
mod friend;
mod friends;
mod lives;
mod root;
mod scout;
mod unmoved;

use self::friends::{Arrival, Friends};
pub(super) use self::root::READY;
use self::root::Root;
use super::EngineError;
use super::baseline;
use super::fate::Fate;
use super::flow::{DecileFlow, Distribution, GroupFlow, ReferralFlow, StatusGroup};
use super::life::{Came, Life, Reach, Scouting, Setting, Start, Summary, WorldZero};
use super::observe::{Member, Observer};
use super::plan::Plan;
use super::record::Record;
use super::sheet::{Rows, Sheet};
use super::tally::{Tally, ValueWeights, World};
use crate::population::Person;
use crate::population::calendar::month_of;
use crate::population::person::Traits;
use crate::random::{Key, Subject};

/// Buffers of one thread.
pub struct Workspace<'a> {
    plan: &'a Plan,
    /// Customers made ready, those lived among them.
    roots: Vec<Root<'a>>,
    /// Of the person in hand.
    fate: Box<Fate<'a>>,
    life: Life,
    settings: Vec<Setting<'a>>,
    /// By setting, of the person in hand.
    reaches: Vec<Reach>,
    /// World 0 of the person in hand, once it is recorded.
    record: Record,
    is_recorded: bool,
    /// What the sheets keep by stratum belongs to this one.
    stratum: Option<usize>,
    pub(super) sheets: Vec<Sheet>,
    /// In a market of friends only.
    friends: Option<Friends<'a>>,
    /// How the friend in hand comes, by world.
    arrivals: Vec<Arrival>,
}

impl<'a> Workspace<'a> {
    pub fn new(plan: &'a Plan) -> Workspace<'a> {
        let key = Key::new(0, 0);
        let laws = &plan.laws[0];
        let person = Person::draw(key, Subject(0), laws, None);
        let settings: Vec<Setting> = plan
            .layout()
            .worlds
            .iter()
            .filter_map(|world| {
                let (program, dials) = match world {
                    World::None => return None,
                    World::Program(i) => (*i, Some(&plan.dials)),
                    World::Skeptic(i) => (*i, None),
                };
                let market = (&plan.scenario, plan.frame, &plan.calendar);
                Some(Setting::new(*world, &plan.rules[program], dials, market))
            })
            .collect();
        let fate = || Fate::new(&plan.calendar, laws, person, plan.level_bound);
        Workspace {
            plan,
            roots: (0..READY)
                .map(|_| Root::nobody(fate(), settings.len()))
                .collect(),
            fate: Box::new(fate()),
            reaches: vec![Reach::default(); settings.len()],
            record: Record::new(Rows::new(plan.layout())),
            is_recorded: false,
            stratum: None,
            life: Life::with_vintages(plan.frame.opening_vintages),
            friends: plan
                .layout()
                .friends
                .then(|| Friends::new(plan, settings.len())),
            arrivals: Vec::new(),
            settings,
            sheets: plan
                .layout()
                .worlds
                .iter()
                .map(|_| Sheet::new(plan.layout()))
                .collect(),
        }
    }

    pub(super) fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// The stratum in hand.
    pub(super) fn stratum(&self) -> Option<usize> {
        self.stratum
    }

    /// Adds to the tally what the sheets keep by stratum.
    ///
    /// # Errors
    /// Where a total exceeds 64 bits.
    pub(super) fn leave_stratum(&mut self, tally: &mut Tally) -> Result<(), EngineError> {
        if let Some(stratum) = self.stratum.take() {
            for (world, sheet) in self.sheets.iter_mut().enumerate() {
                sheet.flush_stratum(world, stratum, tally)?;
            }
        }
        Ok(())
    }

    /// A chunk of work has ended.
    pub(super) fn forget_looks_ahead(&mut self) {
        if let Some(scout) = self.friends.as_mut().and_then(|f| f.scout.as_mut()) {
            scout.forget();
        }
    }

    /// Loads the value weights of a stratum's segment.
    pub fn enter_stratum(&mut self, stratum: usize, weights: &ValueWeights) {
        self.stratum = Some(stratum);
        let segment = self.plan.layout().strata[stratum].segment;
        for (world, sheet) in self.sheets.iter_mut().enumerate() {
            sheet.set_weights(weights.of(world, segment));
        }
    }

    /// Lives one family in every world.
    ///
    /// # Errors
    /// See [`Life::live`].
    pub fn live<O: Observer>(
        &mut self,
        key: Key,
        replication: u32,
        stratum: usize,
        ordinal: u64,
        observer: &mut O,
    ) -> Result<(), EngineError> {
        self.make_ready(0, key, replication, stratum, ordinal);
        self.live_ready(0, key, replication, (stratum, ordinal), observer)
    }

    /// Lives in every world the family of a customer who was made ready.
    ///
    /// # Errors
    /// See [`Life::live`].
    #[inline(never)]
    pub(super) fn live_ready<O: Observer>(
        &mut self,
        place: usize,
        key: Key,
        replication: u32,
        (stratum, ordinal): (usize, u64),
        observer: &mut O,
    ) -> Result<(), EngineError> {
        let plan = self.plan;
        let laws = &plan.laws[plan.strata[stratum].segment];
        if let Some(band) = plan.strata[stratum].attracted {
            return self.live_attracted(key, replication, (stratum, ordinal), band, observer);
        }
        let ready = &mut self.roots[place];
        ready.fate.exchange_scratch(&mut self.fate);
        std::mem::swap(&mut ready.fate, &mut self.fate);
        std::mem::swap(&mut ready.reaches, &mut self.reaches);
        let (decile, zero) = (ready.decile, ready.zero);
        let person = *self.fate.person();
        let root = Member::root(person.subject);
        observer.member(&root);
        observer.person(&person);
        if self.friends.is_some() {
            self.begin_family(&person, laws, zero.leaving);
        }
        let value_zero = self.live_without_program(&person, zero, decile, observer);
        for world in 0..self.settings.len() {
            let enroll_at = self.settings[world].enrolls(&person);
            let may_pass =
                !O::WATCHES && self.settings[world].passes_by(&person, zero.leaving, enroll_at);
            if may_pass && self.pass_by(world, &person, zero, (decile, value_zero)) {
                continue;
            }
            let arrived = (&person, zero, enroll_at);
            self.live_root_under(world, arrived, (decile, value_zero), observer)?;
        }
        if self.friends.is_some() {
            self.live_friends(key, stratum, &root, observer)?;
        }
        Ok(())
    }

    /// Lives the root of a family under a program.
    #[inline(always)]
    fn live_root_under<O: Observer>(
        &mut self,
        world: usize,
        (person, zero, enroll_at): (&Person, WorldZero, f64),
        (decile, value_zero): (usize, i64),
        observer: &mut O,
    ) -> Result<(), EngineError> {
        let setting = &self.settings[world];
        let start = Start {
            zero,
            reach: self.reaches[world],
            enroll_at,
            scout: meet_friends(&mut self.friends, &mut self.life, Came::Root),
        };
        let baseline = self.plan.scenario.simulation.baseline;
        let sheet = &mut self.sheets[usize::from(baseline) + world];
        let summary = self
            .life
            .live(setting, &mut self.fate, start, sheet, observer)?;
        let value = sheet.close_person();
        if let Some(friends) = &mut self.friends {
            friends.under(world + 1, setting, &self.life, person.anchor - person.age);
            book_root(sheet, person, value);
        }
        Life::book_naive(&summary, sheet);
        let difference = baseline.then_some(value - value_zero);
        book_person(sheet, decile, &summary, value, difference);
        if setting.has_tiers && summary.member {
            book_status(sheet, &summary, value, difference.unwrap_or(0));
        }
        Ok(())
    }

    /// How far each program can move this person; the highest level of candidates any of them can accept.
    #[inline(always)]
    fn reach(&mut self, person: &Person) -> f64 {
        let mut level = 0.0f64;
        for (reach, setting) in self.reaches.iter_mut().zip(&self.settings) {
            *reach = setting.reach_of(person);
            level = level.max(reach.level);
        }
        level
    }

    /// Lives the accounts of customers who left before month 0.
    pub fn live_past<O: Observer>(&mut self, observer: &mut O) {
        let skip = usize::from(self.plan.scenario.simulation.baseline);
        for (setting, sheet) in self.settings.iter().zip(&mut self.sheets[skip..]) {
            self.life.settle_past(setting, sheet, observer);
            sheet.close_person();
        }
    }
}

/// The customer a family begins with.
fn draw_root(plan: &Plan, key: Key, replication: u32, stratum: usize, ordinal: u64) -> Person {
    let stratum_plan = &plan.strata[stratum];
    let laws = &plan.laws[stratum_plan.segment];
    let subject = Subject::root(stratum_plan.hash, ordinal);
    if stratum_plan.opening {
        return Person::draw(key, subject, laws, None);
    }
    let uniform = Person::arrival_uniform(key, subject);
    let time = plan.schedules[stratum][replication as usize].instant(ordinal, uniform);
    let channel = &plan.scenario.market.channels[plan.channels.channel(ordinal)];
    Person::draw(key, subject, laws, Some((time, channel)))
}

/// Tells a life how its customer came and of the slots for friends; who looks ahead for it, where anybody does.
#[inline]
fn meet_friends<'s>(
    friends: &'s mut Option<Friends>,
    life: &mut Life,
    came: Came,
) -> Option<&'s mut (dyn Scouting + 's)> {
    let friends = friends.as_mut()?;
    life.ties.meet(came, &friends.draws, friends.acceptance);
    let scout = friends.scout.as_mut()?;
    Some(scout)
}

/// Decile of expected world-0 value. A friend's is told as of the start of the family, the same in every world.
fn decile_of(plan: &Plan, person: &Person, margin_rate: f64) -> usize {
    let traits = Traits {
        rate: person.rate,
        hazard: person.hazard,
        exposure_per_purchase: person.exposure_per_purchase,
        basket: person.basket,
        age: person.age,
    };
    let expected = &plan.pilot.expected;
    let value = expected.of(&traits, margin_rate, person.anchor);
    plan.pilot.decile(value)
}

/// Roots are generation 0; those who arrive are who friends are compared with.
fn book_root(sheet: &mut Sheet, root: &Person, value: i64) {
    sheet.generation(0);
    if !root.opening {
        let month = month_of(root.anchor);
        sheet.referral(month, ReferralFlow::OtherArrivals, 1);
        sheet.referral(month, ReferralFlow::OtherValue, value);
    }
}

fn book_person(
    sheet: &mut Sheet,
    decile: usize,
    summary: &Summary,
    value: i64,
    difference: Option<i64>,
) {
    sheet.distribution(Distribution::Value, value);
    sheet.distribution(Distribution::Sales, summary.paid);
    for (flow, amount) in [
        (DecileFlow::Customers, 1),
        (DecileFlow::Value, value),
        (DecileFlow::Sales, summary.paid),
        (DecileFlow::PointsIssued, summary.issued),
        (DecileFlow::PointsRedeemed, summary.redeemed),
        (DecileFlow::RewardCost, summary.reward_cost),
    ] {
        sheet.decile(decile, flow, amount);
    }
    if let Some(difference) = difference {
        sheet.distribution(Distribution::Difference, difference);
        sheet.decile(decile, DecileFlow::ValueDifference, difference);
    }
}

/// Members by what status did to them.
fn book_status(sheet: &mut Sheet, summary: &Summary, value: i64, difference: i64) {
    for (group, is) in [
        (StatusGroup::Members, true),
        (StatusGroup::EverPromoted, summary.promoted),
        (StatusGroup::EverDemoted, summary.demoted),
        (StatusGroup::NeverElevated, !summary.elevated),
    ] {
        if is {
            sheet.group(group, GroupFlow::Customers, 1);
            sheet.group(group, GroupFlow::Value, value);
            sheet.group(group, GroupFlow::ValueDifference, difference);
        }
    }
}
