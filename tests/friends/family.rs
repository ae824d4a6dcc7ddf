//! A family as it was told, and small markets to tell of.

use crate::support::lives::{plan, scenario};
use fidelio::engine::observe::{Event, EventKind, Member, Observer};
use fidelio::engine::plan::Plan;
use fidelio::engine::run::observe_family;
use fidelio::engine::tally::World;
use fidelio::scenario::model::Scenario;

/// One member of a family and what was told of his lives.
pub struct Person {
    pub member: Member,
    pub events: Vec<(World, Event)>,
}

impl Person {
    pub fn of(&self, world: World) -> impl Iterator<Item = &Event> {
        let events = self.events.iter().filter(move |(of, _)| *of == world);
        events.map(|(_, event)| event)
    }

    /// When he comes in a world; what was there from the start came before.
    pub fn arrival(&self, world: World) -> Option<f64> {
        self.of(world).find_map(|event| match event.kind {
            EventKind::Arrival => Some(event.time),
            EventKind::Opening { age } => Some(-age),
            _ => None,
        })
    }

    pub fn left(&self, world: World) -> f64 {
        let left = self
            .of(world)
            .find(|event| event.kind == EventKind::Leaving);
        left.map_or(f64::INFINITY, |event| event.time)
    }

    /// Instants of purchases within the horizon.
    pub fn purchases(&self, world: World) -> Vec<f64> {
        let bought = |event: &&Event| matches!(event.kind, EventKind::Purchase { .. });
        self.of(world).filter(bought).map(|e| e.time).collect()
    }
}

/// Listens to a whole family.
#[derive(Default)]
pub struct Family {
    pub people: Vec<Person>,
}

impl Observer for Family {
    fn event(&mut self, world: World, event: &Event) {
        let person = self.people.last_mut().expect("a member was told first");
        person.events.push((world, *event));
    }

    fn member(&mut self, member: &Member) {
        self.people.push(Person {
            member: *member,
            events: Vec::new(),
        });
    }
}

pub fn family(plan: &Plan, stratum: usize, ordinal: u64) -> Family {
    let mut family = Family::default();
    observe_family(plan, 0, stratum, ordinal, &mut family).expect("a family");
    family
}

/// What a small market of friends is made of.
pub struct Written<'a> {
    pub horizon: u32,
    pub customers: u32,
    /// Key of `[market]` that says who is there and who arrives.
    pub who: &'a str,
    pub per_year: f64,
    pub lifetime: &'a str,
    pub word_of_mouth: &'a str,
    pub effects: &'a str,
    pub programs: &'a str,
}

impl Written<'_> {
    pub fn text(&self) -> String {
        let Written {
            horizon,
            customers,
            who,
            per_year,
            lifetime,
            word_of_mouth,
            effects,
            programs,
        } = self;
        format!(
            "name = 'friends'\ncurrency = 'EUR'\nstart = '2027-01'\nhorizon_months = {horizon}\n\
             [simulation]\ncustomers = {customers}\nseed = 5\nrun_off_years = 1\n[market]\n{who}\n\
             word_of_mouth = {{ {word_of_mouth} }}\n[[segment]]\nname = 'all'\npurchases_per_year = {per_year}\n\
             lifetime = {{ {lifetime} }}\nbasket = {{ mean = 20, between_cv = 0.5, within_cv = 0.5 }}\nmargin_rate = 0.3\n\
             [behavior]\nmembership = {{ hazard_ratio = 1 }}\nrewarded_behavior = {{ lift = 0 }}\n\
             expiry_pressure = {{ lift = 0, regret = 0 }}\n{effects}\n{programs}\n"
        )
    }

    pub fn scenario(&self) -> Scenario {
        scenario(&self.text())
    }

    pub fn plan(&self) -> Plan {
        plan(&self.scenario())
    }
}

/// Everybody joins at the first visit.
pub const AT_ONCE: &str = "enrollment = { ceiling = 1, half_time_months = 0, selection = 0 }";

/// No effect of being referred or of recommending.
pub const UNTIED: &str = "referred = { hazard_ratio = 1 }\nrecommending = { hazard_ratio = 1 }";
