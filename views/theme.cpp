// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/theme.h"

#include <QApplication>
#include <QEvent>
#include <QFile>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QStyle>
#include <QStyleFactory>
#include <QSvgRenderer>
#include <algorithm>
#include <utility>

#include "views/style_sheet.h"

static void initialiseResources() { Q_INIT_RESOURCE(app); }

namespace qs {
namespace {

Theme makeLight() {
    Theme t;
    t.window = "#E9EDF1", t.surface = "#FFFFFF", t.raised = "#F6F8FA", t.field = "#FFFFFF";
    t.line = "#DCE2E8", t.strongLine = "#B4BEC8", t.grid = "#EBEEF2";
    t.ink = "#1B2430", t.ink2 = "#4C5966", t.ink3 = "#64707D";
    t.accent = "#0A726D", t.accentSoft = "#DDF1EF", t.onAccent = "#FFFFFF", t.selection = "#D5ECEA";
    t.failure = "#BC3228", t.failureSoft = "#FCE9E7", t.warning = "#8A5A00", t.warningSoft = "#FFF3D6", t.ghost = "#8A96A3";
    const char* lengths[] = {"#D97706", "#D14A86", "#9A3AA8", "#5A34B4", "#1F1C78"};
    for (int i = 0; i < 5; ++i) t.lengths[i] = lengths[i];
    return t;
}

Theme makeDark() {
    Theme t;
    t.dark = true;
    t.window = "#12161B", t.surface = "#1B2027", t.raised = "#222932", t.field = "#151A20";
    t.line = "#2E3640", t.strongLine = "#4A5561", t.grid = "#272E37";
    t.ink = "#E6EAEE", t.ink2 = "#AEB8C2", t.ink3 = "#8A96A3";
    t.accent = "#3CC2B4", t.accentSoft = "#173A3B", t.onAccent = "#06211F", t.selection = "#1A3B3C";
    t.failure = "#FF7B6E", t.failureSoft = "#432321", t.warning = "#E9B44C", t.warningSoft = "#3A2F17", t.ghost = "#7D8996";
    const char* lengths[] = {"#FFE68F", "#FFA863", "#EF6FA6", "#A87CF5", "#3F6FE0"};
    for (int i = 0; i < 5; ++i) t.lengths[i] = lengths[i];
    return t;
}

/// Ink black or white, hints as strong as text, every line a strong one, no grid; data colours stay.
Theme makeHighContrast(Theme t) {
    t.highContrast = true;
    t.ink = t.dark ? "#FFFFFF" : "#000000";
    t.ink2 = t.ink3 = t.ink;
    t.window = t.surface = t.raised = t.field = t.dark ? "#000000" : "#FFFFFF";
    t.line = t.strongLine = t.dark ? "#C8D0D8" : "#3A444F";
    t.grid = t.surface;
    if (!t.dark) t.accent = "#00524E", t.failure = "#A01810", t.warning = "#6B4400";
    return t;
}

const Theme* g_theme = nullptr;

const Theme& themeOf(ThemeKind kind, bool systemIsDark) {
    static const Theme contrastLight = makeHighContrast(makeLight()), contrastDark = makeHighContrast(makeDark());
    switch (kind) {
        case ThemeKind::Light: return lightTheme();
        case ThemeKind::Dark: return darkTheme();
        case ThemeKind::HighContrast: return contrastLight;
        case ThemeKind::HighContrastDark: return contrastDark;
        case ThemeKind::System: break;
    }
    return systemIsDark ? darkTheme() : lightTheme();
}

QPalette paletteOf(const Theme& t) {
    QPalette p;
    p.setColor(QPalette::Window, t.window);
    p.setColor(QPalette::WindowText, t.ink);
    p.setColor(QPalette::Base, t.field);
    p.setColor(QPalette::AlternateBase, t.raised);
    p.setColor(QPalette::Text, t.ink);
    p.setColor(QPalette::PlaceholderText, t.ink3);
    p.setColor(QPalette::Button, t.surface);
    p.setColor(QPalette::ButtonText, t.ink);
    p.setColor(QPalette::ToolTipBase, t.raised);
    p.setColor(QPalette::ToolTipText, t.ink);
    p.setColor(QPalette::Highlight, t.selection);
    p.setColor(QPalette::HighlightedText, t.ink);
    p.setColor(QPalette::Link, t.accent);
    p.setColor(QPalette::Mid, t.strongLine);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) p.setColor(QPalette::Disabled, role, t.ink3);
    return p;
}

QString iconFile(const QString& name) { return ":/icons/" + name + ".svg"; }

QPixmap renderIcon(const QString& name, const QColor& colour, const QColor& knockout, int pixels) {
    QFile file(iconFile(name));
    if (!file.open(QIODevice::ReadOnly)) return {};
    QByteArray svg = file.readAll();
    svg.replace("currentColor", colour.name().toLatin1()).replace("knockout", knockout.name().toLatin1());
    QSvgRenderer renderer(svg);
    QPixmap pixmap(pixels, pixels);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    return pixmap;
}

/// Drawn in the size and state that is asked for, when it is: a window shows few of those that its icons could have.
class DrawnIcon : public QIconEngine {
  public:
    DrawnIcon(QString name, const QColor& colour, const Theme& theme)
        : m_name(std::move(name)), m_colour(colour), m_disabled(theme.ink3), m_knockout(theme.surface) {}

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State) override {
        const bool disabled = mode == QIcon::Disabled;
        const int pixels = std::min(size.width(), size.height());
        QPixmap& known = m_known[{pixels, disabled}];
        if (known.isNull()) known = renderIcon(m_name, disabled ? m_disabled : m_colour, m_knockout, pixels);
        return known;
    }
    void paint(QPainter* painter, const QRect& box, QIcon::Mode mode, QIcon::State state) override {
        const QPixmap whole = pixmap(box.size() * painter->device()->devicePixelRatioF(), mode, state);
        const int side = std::min(box.width(), box.height());
        painter->drawPixmap(QRect(box.x() + (box.width() - side) / 2, box.y() + (box.height() - side) / 2, side, side), whole);
    }
    bool isNull() override { return !QFile::exists(iconFile(m_name)); }
    QIconEngine* clone() const override { return new DrawnIcon(*this); }

  private:
    QString m_name;
    QColor m_colour, m_disabled, m_knockout;
    QHash<std::pair<int, bool>, QPixmap> m_known;
};

}  // namespace

const Theme& lightTheme() {
    static const Theme light = makeLight();
    return light;
}

const Theme& darkTheme() {
    static const Theme dark = makeDark();
    return dark;
}

const Theme& theme() { return g_theme ? *g_theme : lightTheme(); }

/// Icons of this theme; each is shown on many buttons.
static QHash<std::pair<QString, QRgb>, QIcon>& knownIcons() {
    static QHash<std::pair<QString, QRgb>, QIcon> icons;
    return icons;
}

namespace {

struct StyleChangesDropped : QObject {
    bool eventFilter(QObject*, QEvent* event) override { return event->type() == QEvent::StyleChange; }
};

/// A sheet that replaces another is polished by Qt once for every ancestor of a widget: nine times on average in a full window. Taking the
/// old one away first polishes twice, and the first time nobody needs to answer.
void dropStyleSheet(QApplication& app) {
    if (app.styleSheet().isEmpty()) return;
    StyleChangesDropped filter;
    app.installEventFilter(&filter);
    app.setStyleSheet({});
}

}  // namespace

void applyTheme(QApplication& app, ThemeKind kind) {
    static const bool systemIsDark = app.palette().color(QPalette::Window).lightness() < 128;
    static const bool loaded = [] {
        initialiseResources();
        QFontDatabase::addApplicationFont(":/fonts/QuantoscopeSans-Regular.otf");
        QFontDatabase::addApplicationFont(":/fonts/QuantoscopeSans-SemiBold.otf");
        QApplication::setStyle(QStyleFactory::create("Fusion"));
        QApplication::setFont(uiFont(12.5));
        return true;
    }();
    static_cast<void>(loaded);
    const Theme* wanted = &themeOf(kind, systemIsDark);
    if (wanted == g_theme) return;  // every call below polishes every widget anew
    g_theme = wanted;
    knownIcons().clear();
    dropStyleSheet(app);
    app.setPalette(paletteOf(*g_theme));  // cheaper without a sheet than with the old one
    app.setStyleSheet(styleSheet(*g_theme));
}

ThemeKind themeKindOf(const QString& name) {
    for (const auto& [value, text] : EnumNames<ThemeKind>::values)
        if (name == text) return value;
    return ThemeKind::System;
}

QFont uiFont(double pixels, bool semibold) {
    QFont font;
    font.setFamilies({"Quantoscope Sans", "Inter", "Noto Sans", "DejaVu Sans"});
    font.setPixelSize(qRound(pixels));
    font.setHintingPreference(QFont::PreferNoHinting);
    font.setWeight(semibold ? QFont::DemiBold : QFont::Normal);
    return font;
}

QIcon icon(const QString& name, const QColor& colour) {
    const Theme& t = theme();
    QIcon& result = knownIcons()[{name, colour.isValid() ? colour.rgba() : 0U}];
    if (result.isNull()) result = QIcon(new DrawnIcon(name, colour.isValid() ? colour : t.ink2, t));
    return result;
}

QString markerCharacter(int rank) {
    static const char16_t solid[] = u"●■▲◆▼", hollow[] = u"○□△◇▽";
    const int i = rank < 0 ? 0 : rank;
    return QString(QChar(i % 10 < 5 ? solid[i % 5] : hollow[i % 5]));
}

Qt::PenStyle lineStyle(int rank) {
    static constexpr Qt::PenStyle styles[] = {Qt::SolidLine, Qt::DashLine, Qt::DashDotLine, Qt::DotLine, Qt::DashDotDotLine};
    return styles[rank < 0 ? 0 : rank % 5];
}

}  // namespace qs
