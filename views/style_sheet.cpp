// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/style_sheet.h"

#include <QColor>
#include <utility>

#include "views/theme.h"

namespace qs {
namespace {

const char* kSheet = R"(
QMainWindow, QWidget#page, QWidget#welcome { background: @window; }
QMenuBar, QToolBar, QStatusBar { background: @raised; color: @ink2; border: none; }
QToolBar { border-bottom: 1px solid @line; spacing: 6px; padding: 4px 8px; }
QToolBar[look="gap"] { background: @window; border: none; padding: 0; spacing: 0; }
QStatusBar { border-top: 1px solid @line; min-height: 26px; }
QStatusBar::item { border: none; }
QMenuBar::item { padding: 5px 10px; background: transparent; }
QMenuBar::item:selected, QMenu::item:selected { background: @selection; color: @ink; }
QMenu { background: @surface; color: @ink; border: 1px solid @strongLine; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 20px; border-radius: 4px; }
QMenu::item:disabled { color: @ink3; }
QMenu::separator { height: 1px; background: @line; margin: 4px 6px; }
QToolTip { background: @raised; color: @ink; border: 1px solid @strongLine; padding: 4px; }
QSplitter::handle { background: transparent; }
QMainWindow::separator { background: transparent; width: 6px; height: 6px; }
QMainWindow::separator:hover { background: @line; }
QDockWidget { color: @ink2; font-weight: 600; titlebar-close-icon: url(:/icons/close-@grey.svg); }
QDockWidget::title { background: @raised; border: 1px solid @line; border-radius: 4px; padding: 4px 8px; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: @ink2; border: none; border-bottom: 2px solid transparent; padding: 5px 10px 4px 10px; margin-right: 2px; }
QTabBar::tab:selected { color: @ink; font-weight: 600; border-bottom-color: @accent; }
QTabBar::tab:hover { color: @ink; }
QTabBar::tab:focus { border-bottom-color: @ink; }
QDialog { background: @surface; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QFrame[look="palette"] { background: @surface; border: 1px solid @strongLine; border-radius: 8px; }
QFrame[look="card"] { background: @surface; border: 1px solid @line; border-radius: 6px; }
QFrame[look="call"] { background: @surface; border: 1px solid @accent; border-radius: 8px; }
QFrame[look="drop"] { background: transparent; border: 2px dashed @strongLine; border-radius: 8px; }
QFrame[look="readout"] { background: @raised; border: 1px solid @line; border-radius: 6px; }
QFrame[look="rule"] { background: @line; border: none; max-height: 1px; }
QFrame[look="failure"] { background: @failureSoft; border: 1px solid @failure; border-radius: 6px; }
QFrame[look="warning"] { background: @warningSoft; border: 1px solid @warning; border-radius: 6px; }
QLabel { color: @ink; background: transparent; border: none; }
QLabel[look="title"] { font-size: 13px; font-weight: 600; }
QLabel[look="subject"], QLabel[look="label"] { color: @ink2; }
QLabel[look="status"] { color: @ink2; padding: 0 8px; }
QLabel[look="group"] { color: @ink2; font-weight: 600; font-size: 11px; }
QLabel[look="hint"] { color: @ink3; font-size: 11px; }
QLabel[look="refusal"] { color: @failure; font-size: 11px; }
QLabel[look="estimate"] { color: @accent; font-size: 11px; }
QLabel[look="warning-text"] { color: @warning; font-size: 11px; }
QLabel[look="big"] { font-size: 24px; font-weight: 600; }
QLabel[look="card-title"] { font-size: 16px; font-weight: 600; }
QPushButton { background: @surface; color: @ink; border: 1px solid @strongLine; border-radius: 4px; padding: 4px 12px; min-height: 16px; }
QPushButton:hover { background: @raised; }
QPushButton:pressed { background: @selection; }
QPushButton:focus, QToolButton:focus { border: 1px solid @accent; outline: none; }
QPushButton:disabled { background: @raised; color: @ink3; border: 1px @edge @line; }
QPushButton[look="primary"] { background: @accent; color: @onAccent; border-color: @accent; font-weight: 600; }
QPushButton[look="primary"]:focus { border: 2px solid @ink; padding: 3px 11px; }
QPushButton[look="primary"]:disabled { background: @raised; color: @ink3; border: 1px @edge @line; }
QPushButton[look="tight"] { padding-left: 6px; padding-right: 6px; }
QPushButton[look="pill"] { border-radius: 12px; color: @ink2; padding: 3px 12px; border-color: @line; }
QPushButton[look="search"] { background: @field; color: @ink2; text-align: left; }
QPushButton[look="link"] { background: transparent; border: 1px solid transparent; color: @accent; padding: 4px 6px; }
QPushButton[look="pill"]:focus, QPushButton[look="search"]:focus, QPushButton[look="link"]:focus { border-color: @accent; }
QPushButton::menu-indicator { image: none; width: 0; }
QPushButton[look="segment"] { padding: 4px 7px; color: @ink2; }
QPushButton[look="segment"]:checked { background: @accentSoft; color: @accent; border-color: @accent; font-weight: 600; }
QPushButton[look="segment"]:focus { border-color: @ink; }
QToolButton { background: transparent; color: @ink2; border: 1px solid transparent; border-radius: 4px; padding: 3px; }
QToolButton:hover { background: @raised; border-color: @line; }
QToolButton:checked { background: @accentSoft; color: @accent; }
QToolButton[look="failures"] { color: @failure; font-weight: 600; }
QToolButton[look="warnings"] { color: @warning; font-weight: 600; }
QToolButton[look="group"] { color: @ink2; font-weight: 600; font-size: 11px; padding: 3px 2px; text-align: left; }
QToolButton[look="choice"] { background: @surface; border: 1px solid @line; border-radius: 8px; color: @ink; padding: 12px; text-align: left; }
QLineEdit, QComboBox, QPlainTextEdit, QAbstractSpinBox { background: @field; color: @ink; border: 1px solid @strongLine; border-radius: 4px; padding: 3px 7px;
  selection-background-color: @selection; selection-color: @ink; min-height: 18px; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus { border-color: @accent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent; width: 18px; }
QAbstractSpinBox::up-arrow { image: url(:/icons/arrow-@tall.svg); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url(:/icons/arrow-@tone.svg); width: 10px; height: 10px; }
QLineEdit[refused="true"] { background: @failureSoft; border-color: @failure; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled { background: @raised; color: @ink3; border-color: @line; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(:/icons/arrow-@tone.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @surface; color: @ink; border: 1px solid @strongLine; selection-background-color: @selection;
  selection-color: @ink; outline: none; }
QCheckBox { color: @ink; spacing: 7px; }
QCheckBox:disabled { color: @ink3; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @ink3; border-radius: 3px; background: @field; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: @accent; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/check-@grey.svg); }
QCheckBox::indicator:checked:focus { border-color: @ink; }
QCheckBox::indicator:disabled { border-color: @line; }
QProgressBar { background: @track; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QProgressBar[refused="true"]::chunk { background: @failure; }
QTreeView, QListView, QTableView { background: @surface; color: @ink; border: none; outline: none; selection-background-color: @selection;
  selection-color: @ink; gridline-color: @line; }
QTreeView::item { height: 22px; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected { background: @selection; color: @ink; }
QHeaderView { background: @surface; }
QHeaderView::section { background: @surface; color: @ink3; font-size: 11px; border: none; border-bottom: 1px solid @line; padding: 3px 6px; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QTableCornerButton::section { background: @surface; border: none; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @strongLine; border-radius: 3px; min-height: 28px; min-width: 28px; margin: 2px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
)";

}  // namespace

QString styleSheet(const Theme& t) {
    // Longer names first, so that "@ink2" is not read as "@ink" followed by 2.
    const std::pair<const char*, QColor> colours[] = {
        {"@strongLine", t.strongLine},
        {"@failureSoft", t.failureSoft},
        {"@warningSoft", t.warningSoft},
        {"@accentSoft", t.accentSoft},
        {"@onAccent", t.onAccent},
        {"@selection", t.selection},
        {"@failure", t.failure},
        {"@warning", t.warning},
        {"@surface", t.surface},
        {"@window", t.window},
        {"@raised", t.raised},
        {"@accent", t.accent},
        {"@field", t.field},
        {"@track", t.highContrast ? t.ghost : t.line},
        {"@line", t.line},
        {"@ink2", t.ink2},
        {"@ink3", t.ink3},
        {"@ink", t.ink},
    };
    QString sheet = kSheet;
    for (const auto& [name, colour] : colours) sheet.replace(name, colour.name());
    sheet.replace("@edge", t.highContrast ? "dashed" : "solid");  // where a hint's ink is that of all words
    return sheet.replace("@tall", t.dark ? "up-dark" : "up-light")
        .replace("@tone", t.dark ? "down-dark" : "down-light")
        .replace("@grey", t.dark ? "dark" : "light");
}

}  // namespace qs
