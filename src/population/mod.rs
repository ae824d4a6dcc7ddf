//! Who the customers are: segments, heterogeneity, correlation, the opening base, arrivals, seasons.

pub mod arrivals;
pub mod calendar;
pub mod copula;
mod error;
pub mod laws;
pub mod opening;
pub mod person;
pub mod pilot;
pub mod stationary;
pub mod strata;

pub use calendar::Calendar;
pub use error::LawsError;
pub use laws::SegmentLaws;
pub use person::Person;
pub use pilot::Pilot;
