//! Attraction: new customers who come because there is a program, a share of those who come without it.
//!
//! A dial of the program and the month, never of a person's state: whoever comes only because of the program lives no
//! life before it. No published size of a program's own pull on new customers is known; it is off by default.

/// e^α − 1 from the launch on, α = `multiplier`·ln(1 + `lift`): the share by which arrivals rise.
pub fn level(lift: f64, multiplier: f64) -> f64 {
    libm::expm1(multiplier * libm::log1p(lift))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_scales_as_every_effect_does() {
        assert_eq!(level(0.0, 1.0), 0.0);
        assert_eq!(level(0.2, 0.0), 0.0);
        assert!((level(0.2, 1.0) - 0.2).abs() < 1e-15);
        assert!((level(0.2, 2.0) - 0.44).abs() < 1e-15);
    }
}
