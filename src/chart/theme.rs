//! The one look of all charts: sizes in pixels of a 1600 × 900 slide, colors of Okabe and Ito.

use plotters::style::RGBColor;

/// Size of a picture.
pub const WIDTH: u32 = 1600;
pub const HEIGHT: u32 = 900;

/// Drawing units per pixel. Bitmaps are drawn this much larger and averaged down, which smooths every edge; SVG uses
/// the same units, so both have the same layout.
pub const DETAIL: u32 = 2;

pub const TITLE: f64 = 42.0;
pub const SUBTITLE: f64 = 25.0;
pub const LABEL: f64 = 25.0;
pub const TICK: f64 = 22.0;
pub const FOOTNOTE: f64 = 19.0;

/// Distance of everything from the edges.
pub const MARGIN: f64 = 56.0;

pub const BACKGROUND: RGBColor = RGBColor(255, 255, 255);
pub const INK: RGBColor = RGBColor(34, 34, 34);
pub const QUIET: RGBColor = RGBColor(96, 96, 96);
pub const GRID: RGBColor = RGBColor(226, 226, 226);
pub const AXIS: RGBColor = RGBColor(140, 140, 140);

/// World 0.
pub const NEUTRAL: RGBColor = RGBColor(110, 110, 110);

// Masataka Okabe and Kei Ito, Color Universal Design (2008): distinct under the common color deficiencies.
pub const BLUE: RGBColor = RGBColor(0, 114, 178);
pub const VERMILION: RGBColor = RGBColor(213, 94, 0);
pub const GREEN: RGBColor = RGBColor(0, 158, 115);
pub const PURPLE: RGBColor = RGBColor(204, 121, 167);
pub const ORANGE: RGBColor = RGBColor(230, 159, 0);
pub const SKY: RGBColor = RGBColor(86, 180, 233);

/// Programs in their order; a chart shows at most as many.
pub const PROGRAMS: [RGBColor; 6] = [BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY];

/// Color of the program with this index.
pub fn program(index: usize) -> RGBColor {
    PROGRAMS
        .iter()
        .copied()
        .cycle()
        .nth(index % PROGRAMS.len())
        .unwrap_or(INK)
}

/// Color of the estimation method with this index: those of programs, then a neutral one.
pub fn method(index: usize) -> RGBColor {
    PROGRAMS.get(index).copied().unwrap_or(NEUTRAL)
}

/// `color` mixed with the background; `strength` 1 leaves it, 0 is the background.
pub fn tint(color: RGBColor, strength: f64) -> RGBColor {
    let mix = |c: u8, b: u8| {
        (f64::from(c) * strength + f64::from(b) * (1.0 - strength)).clamp(0.0, 255.0) as u8
    };
    RGBColor(
        mix(color.0, BACKGROUND.0),
        mix(color.1, BACKGROUND.1),
        mix(color.2, BACKGROUND.2),
    )
}
