//! Text of charts, set by ourselves: measured, drawn on bitmaps and written as outlines in SVG from one embedded font,
//! so that a picture looks the same on every machine and needs no installed font.
//!
//! plotters' own text on the same rasterizer places glyphs on whole pixels and drops their side bearing, and its SVG
//! leaves the choice of the font to the viewer.

use std::sync::OnceLock;

use ab_glyph::{Font, FontRef, GlyphId, Outline, OutlineCurve, Point, PxScale};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendTextStyle, FontFamily, FontStyle};

use super::ChartError;

/// Weight of the embedded face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    Regular,
    Bold,
}

/// The two embedded faces (Noto Sans, SIL Open Font License).
pub struct Faces {
    regular: FontRef<'static>,
    bold: FontRef<'static>,
}

impl Faces {
    /// The faces, read once per process.
    pub fn get() -> Result<&'static Self, ChartError> {
        static FACES: OnceLock<Option<Faces>> = OnceLock::new();
        let read = || {
            Some(Self {
                regular: FontRef::try_from_slice(notosans::REGULAR_TTF).ok()?,
                bold: FontRef::try_from_slice(notosans::BOLD_TTF).ok()?,
            })
        };
        FACES.get_or_init(read).as_ref().ok_or(ChartError::Font)
    }

    pub fn face(&self, weight: Weight) -> &FontRef<'static> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// Width of `text` in pixels at `size` pixels per em.
    pub fn width(&self, text: &str, size: f64, weight: Weight) -> f64 {
        let face = self.face(weight);
        self.place(text, weight).1 * size / f64::from(units_per_em(face))
    }

    /// The glyphs of a line with their pen positions, and the whole advance, all in font units.
    pub fn place(&self, text: &str, weight: Weight) -> (Vec<(GlyphId, f64)>, f64) {
        let face = self.face(weight);
        let mut glyphs = Vec::new();
        let mut pen = 0.0;
        let mut previous = None;
        for character in text.chars().filter(|c| !c.is_control()) {
            let glyph = face.glyph_id(character);
            if let Some(previous) = previous {
                pen += f64::from(face.kern_unscaled(previous, glyph));
            }
            glyphs.push((glyph, pen));
            pen += f64::from(face.h_advance_unscaled(glyph));
            previous = Some(glyph);
        }
        (glyphs, pen)
    }

    /// `text` cut with an ellipsis so that it is at most `limit` pixels wide.
    pub fn shorten(&self, text: &str, size: f64, weight: Weight, limit: f64) -> String {
        if self.width(text, size, weight) <= limit {
            return text.to_owned();
        }
        let mut kept: Vec<char> = text.chars().collect();
        while kept.pop().is_some() {
            let mut shortened: String = kept.iter().collect::<String>().trim_end().to_owned();
            shortened.push('…');
            if self.width(&shortened, size, weight) <= limit {
                return shortened;
            }
        }
        String::new()
    }

    /// As [`Self::wrap`], with lines of about the same width.
    pub fn wrap_evenly(&self, text: &str, size: f64, weight: Weight, limit: f64) -> Vec<String> {
        let mut lines = self.wrap(text, size, weight, limit);
        let mut narrower = limit;
        while narrower > 0.5 * limit {
            narrower -= 20.0;
            let again = self.wrap(text, size, weight, narrower);
            let is_whole =
                again.iter().all(|l| !l.ends_with('…')) || lines.iter().any(|l| l.ends_with('…'));
            if again.len() > lines.len() || !is_whole {
                break;
            }
            lines = again;
        }
        lines
    }

    /// `text` broken between words into lines of at most `limit` pixels; a longer word is cut. A number stays with the
    /// word after it.
    pub fn wrap(&self, text: &str, size: f64, weight: Weight, limit: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut words: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match words.last_mut() {
                Some(last) if last.ends_with(|c: char| c.is_ascii_digit()) => {
                    last.push(' ');
                    last.push_str(word);
                }
                _ => words.push(word.to_owned()),
            }
        }
        for word in &words {
            if let Some(line) = lines.last_mut() {
                let longer = format!("{line} {word}");
                if self.width(&longer, size, weight) <= limit {
                    *line = longer;
                    continue;
                }
            }
            lines.push(self.shorten(word, size, weight, limit));
        }
        lines
    }
}

/// Font units per em; the fallback is the value of nearly all fonts and of the embedded ones.
pub fn units_per_em(face: &FontRef<'static>) -> f32 {
    face.units_per_em().unwrap_or(1000.0)
}

/// The outline of a glyph as SVG path data in font units, y upward; empty for a blank.
pub fn path_data(face: &FontRef<'static>, glyph: GlyphId) -> String {
    use std::fmt::Write;
    let Some(Outline { curves, .. }) = face.outline(glyph) else {
        return String::new();
    };
    let mut data = String::new();
    let mut pen: Option<Point> = None;
    for curve in &curves {
        let (from, to) = match curve {
            OutlineCurve::Line(a, b)
            | OutlineCurve::Quad(a, _, b)
            | OutlineCurve::Cubic(a, _, _, b) => (*a, *b),
        };
        if pen != Some(from) {
            let close = if pen.is_some() { "z" } else { "" };
            let _ = write!(data, "{close}M{} {}", from.x, from.y);
        }
        let _ = match curve {
            OutlineCurve::Line(..) => write!(data, "L{} {}", to.x, to.y),
            OutlineCurve::Quad(_, c, _) => write!(data, "Q{} {} {} {}", c.x, c.y, to.x, to.y),
            OutlineCurve::Cubic(_, c, d, _) => {
                write!(data, "C{} {} {} {} {} {}", c.x, c.y, d.x, d.y, to.x, to.y)
            }
        };
        pen = Some(to);
    }
    if pen.is_some() {
        data.push('z');
    }
    data
}

/// A run of text for a plotters backend. Its position is the left end of the baseline.
pub struct Lettering {
    /// Pixels per em.
    pub size: f64,
    pub weight: Weight,
    pub color: BackendColor,
}

impl BackendTextStyle for Lettering {
    type FontError = ChartError;

    fn color(&self) -> BackendColor {
        self.color
    }

    fn size(&self) -> f64 {
        self.size
    }

    fn style(&self) -> FontStyle {
        match self.weight {
            Weight::Regular => FontStyle::Normal,
            Weight::Bold => FontStyle::Bold,
        }
    }

    fn anchor(&self) -> Pos {
        Pos::new(HPos::Left, VPos::Top)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name("Noto Sans")
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), ChartError> {
        Ok((
            (0, 0),
            (
                Faces::get()?.width(text, self.size, self.weight) as i32,
                self.size as i32,
            ),
        ))
    }

    fn draw<E, DrawFunc: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        text: &str,
        pos: BackendCoord,
        mut draw: DrawFunc,
    ) -> Result<Result<(), E>, ChartError> {
        let faces = Faces::get()?;
        let face = faces.face(self.weight);
        let per_unit = self.size / f64::from(units_per_em(face));
        let scale = PxScale::from((f64::from(face.height_unscaled()) * per_unit) as f32);
        for (glyph, pen) in faces.place(text, self.weight).0 {
            let origin = ab_glyph::point((pen * per_unit) as f32, 0.0);
            let Some(outline) = face.outline_glyph(glyph.with_scale_and_position(scale, origin))
            else {
                continue;
            };
            let corner = outline.px_bounds().min;
            let mut result = Ok(());
            outline.draw(|x, y, coverage| {
                if result.is_ok() && coverage > 0.0 {
                    let color = BackendColor {
                        alpha: f64::from(coverage.min(1.0)) * self.color.alpha,
                        ..self.color
                    };
                    let x = pos.0 + corner.x as i32 + x as i32;
                    let y = pos.1 + corner.y as i32 + y as i32;
                    result = draw(x, y, color);
                }
            });
            if result.is_err() {
                return Ok(result);
            }
        }
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortened_text_fits() {
        let faces = Faces::get().unwrap();
        let long = "Prämien für sehr treue Öko-Käufer, 5 € je Gutschein";
        let cut = faces.shorten(long, 20.0, Weight::Bold, 150.0);
        assert!(cut.ends_with('…') && cut.len() < long.len());
        assert!(faces.width(&cut, 20.0, Weight::Bold) <= 150.0);
        assert_eq!(faces.shorten("a", 20.0, Weight::Bold, 0.0), "");
    }

    #[test]
    fn wrapped_lines_fit_and_keep_every_word() {
        let faces = Faces::get().unwrap();
        let text = "the quick brown fox jumps over the lazy dog";
        let lines = faces.wrap(text, 20.0, Weight::Regular, 120.0);
        assert!(lines.len() > 2);
        assert!(
            lines
                .iter()
                .all(|l| faces.width(l, 20.0, Weight::Regular) <= 120.0)
        );
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn numbers_stay_with_their_units() {
        let faces = Faces::get().unwrap();
        let lines = faces.wrap(
            "about 65.6 k more (1.7 %) in 60 months",
            20.0,
            Weight::Regular,
            110.0,
        );
        assert!(lines.len() > 2);
        for line in lines {
            assert!(!line.ends_with(|c: char| c.is_ascii_digit()), "{line}");
        }
    }

    #[test]
    fn accents_and_euro_have_outlines() {
        let faces = Faces::get().unwrap();
        for character in "éàüßœŁ€±−–…«".chars() {
            let face = faces.face(Weight::Regular);
            assert_ne!(face.glyph_id(character), GlyphId(0), "{character}");
            assert!(path_data(face, face.glyph_id(character)).starts_with('M'));
        }
    }
}
