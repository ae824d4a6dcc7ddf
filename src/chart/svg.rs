//! A plotters backend that writes SVG with text as outlines: every glyph once in `<defs>`, then used. The words stay
//! in the file as `aria-label`, for screen readers and for searching.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Write;

use ab_glyph::GlyphId;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle,
};

use super::ChartError;
use super::lettering::{Faces, Weight, path_data, units_per_em};

/// What is drawn, until it is put together.
#[derive(Default)]
pub struct Document {
    body: String,
    glyphs: BTreeMap<(Weight, GlyphId), String>,
}

impl Document {
    /// The whole file. `size` is the drawing size, `shown` the size it asks to be shown at.
    pub fn finish(
        &self,
        size: (u32, u32),
        shown: (u32, u32),
        title: &str,
        description: &str,
    ) -> String {
        let mut text = String::with_capacity(self.body.len() + 60_000);
        let _ = writeln!(
            text,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{}\" \
             height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\">",
            shown.0, shown.1, size.0, size.1
        );
        let _ = writeln!(
            text,
            "<title>{}</title>\n<desc>{}</desc>",
            escape(title),
            escape(description)
        );
        text.push_str("<defs>\n");
        for (key, data) in &self.glyphs {
            let _ = writeln!(text, "<path id=\"{}\" d=\"{data}\"/>", glyph_name(*key));
        }
        text.push_str("</defs>\n");
        text.push_str(&self.body);
        text.push_str("</svg>\n");
        text
    }
}

/// Ids are made of letters and digits only, and the same glyph has the same id in every picture, so that several
/// pictures can stand in one page.
fn glyph_name((weight, glyph): (Weight, GlyphId)) -> String {
    let face = if weight == Weight::Bold { 'b' } else { 'r' };
    format!("noto-{face}{}", glyph.0)
}

/// Makes any text safe in XML content and in quoted attributes; characters XML cannot hold are dropped.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            other if other.is_control() => {}
            other => safe.push(other),
        }
    }
    safe
}

/// Draws into a [`Document`].
pub struct Svg<'a> {
    document: &'a mut Document,
    size: (u32, u32),
}

impl<'a> Svg<'a> {
    pub fn new(document: &'a mut Document, size: (u32, u32)) -> Self {
        Self { document, size }
    }

    fn shape<S: BackendStyle>(&mut self, element: &str, style: &S, fill: bool) {
        let color = paint(style.color());
        let _ = if fill {
            writeln!(self.document.body, "<{element} fill=\"{color}\"/>")
        } else {
            let width = style.stroke_width();
            writeln!(
                self.document.body,
                "<{element} fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"/>"
            )
        };
    }
}

fn paint(color: BackendColor) -> String {
    let (r, g, b) = color.rgb;
    let mut text = format!("#{r:02x}{g:02x}{b:02x}");
    if color.alpha < 1.0 {
        // Closes the attribute that the color stands in, and leaves the next one open.
        let _ = write!(text, "\" opacity=\"{:.2}", color.alpha);
    }
    text
}

fn outline(points: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut data = String::new();
    for (index, (x, y)) in points.into_iter().enumerate() {
        let _ = write!(data, "{}{x} {y}", if index == 0 { 'M' } else { 'L' });
    }
    data
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

fn font_error(error: ChartError) -> DrawingErrorKind<Infallible> {
    DrawingErrorKind::FontError(Box::new(error))
}

impl DrawingBackend for Svg<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        let _ = writeln!(
            self.document.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\" fill=\"{}\"/>",
            paint(color)
        );
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.shape(&format!("path d=\"{}\"", outline([from, to])), style, false);
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        a: BackendCoord,
        b: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let (x, y) = (a.0.min(b.0), a.1.min(b.1));
        let (width, height) = (a.0.abs_diff(b.0), a.1.abs_diff(b.1));
        self.shape(
            &format!("rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\""),
            style,
            fill,
        );
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.shape(&format!("path d=\"{}\"", outline(path)), style, false);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.shape(
            &format!("circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\""),
            style,
            fill,
        );
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        self.shape(&format!("path d=\"{}z\"", outline(corners)), style, true);
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &T,
        (x, y): BackendCoord,
    ) -> Drawn {
        let faces = Faces::get().map_err(font_error)?;
        let weight = if matches!(style.style(), FontStyle::Bold) {
            Weight::Bold
        } else {
            Weight::Regular
        };
        let face = faces.face(weight);
        let scale = style.size() / f64::from(units_per_em(face));
        let _ = write!(
            self.document.body,
            "<g aria-label=\"{}\" fill=\"{}\" transform=\"translate({x} {y}) scale({scale:.5} -{scale:.5})\">",
            escape(text),
            paint(style.color())
        );
        for (glyph, pen) in faces.place(text, weight).0 {
            let key = (weight, glyph);
            let data = self
                .document
                .glyphs
                .entry(key)
                .or_insert_with(|| path_data(face, glyph));
            if !data.is_empty() {
                let _ = write!(
                    self.document.body,
                    "<use xlink:href=\"#{}\" x=\"{pen}\"/>",
                    glyph_name(key)
                );
            }
        }
        // Blanks have no outline.
        self.document.glyphs.retain(|_, data| !data.is_empty());
        self.document.body.push_str("</g>\n");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(
            escape("<script>&\"'\u{1}\u{1b}x"),
            "&lt;script&gt;&amp;&quot;&#39;x"
        );
    }
}
