//! What can be wrong with the laws of a segment.

/// Why a segment's laws cannot be built.
#[derive(Clone, Debug, PartialEq)]
pub enum LawsError {
    /// The stationary base of this lifetime is infinite without `company_age_years`.
    InfiniteBase,
    /// BG/NBD has no opening base.
    BgOpening,
    /// A parameter the tables cannot represent.
    Law(String),
}

impl LawsError {
    pub(crate) fn law(error: impl std::fmt::Display) -> LawsError {
        LawsError::Law(error.to_string())
    }
}

impl std::fmt::Display for LawsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LawsError::InfiniteBase => f.write_str(
                "the opening base needs market.company_age_years: without it this lifetime fills an infinite base",
            ),
            LawsError::BgOpening => f.write_str("the bg lifetime has no opening base"),
            LawsError::Law(why) => write!(f, "a distribution cannot be tabulated: {why}"),
        }
    }
}

impl std::error::Error for LawsError {}
