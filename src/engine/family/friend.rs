//! Who the friend of a slot is.

use crate::population::{Person, SegmentLaws};
use crate::random::{Key, Subject};
use crate::scenario::model::Channel;

/// Nobody paid for the channel a friend comes by, and it says nothing about who comes.
const BY_A_FRIEND: Channel = Channel {
    name: String::new(),
    share: 1.0,
    arrival_cost: 0,
    rate_factor: 1.0,
    attrition_factor: 1.0,
};

/// The friend of a person's slot: of the same segment, fixed once for all worlds; when he comes, a world says.
pub(super) fn draw_friend(key: Key, subject: Subject, laws: &SegmentLaws, from: f64) -> Person {
    Person::draw(key, subject, laws, Some((from, &BY_A_FRIEND)))
}
