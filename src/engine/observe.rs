use super::plan::Plan;
use super::run::EngineError;
use super::tally::World;
pub trait Observer {
    fn event(&mut self, world: World, event: &Event);
}
#[derive(Clone, Debug)]
pub struct Event {
    pub time: f64,
    pub kind: EventKind,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    Base,
    Retained,
    Extra,
    Arrival,
    Dropped,
    Lost,
}
#[derive(Clone, Debug)]
pub enum EventKind {
    Arrival {
        channel: usize,
    },
    Enrollment,
    Purchase {
        label: Label,
        amount: i64,
        paid: i64,
        points: i64,
    },
    NotBought {
        label: Label,
        amount: i64,
    },
    Redemption {
        reward: usize,
        points: i64,
    },
    Expiry {
        points: i64,
    },
    SignUpBonus {
        points: i64,
    },
    Abandonment,
    Leaving,
    Dormant {
        points: i64,
    },
}
pub fn observe_family(
    _: &Plan,
    _: u32,
    _: usize,
    _: u64,
    _: &mut impl Observer,
) -> Result<(), EngineError> {
    Ok(())
}
