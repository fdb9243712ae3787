// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/welcome_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/demo_picture.h"
#include "app/icon_label.h"
#include "app/label.h"
#include "views/theme.h"

namespace qs {
namespace {

/// A card that is one button: icon, title, what it takes, shortcut.
QPushButton* choice(const QString& iconName, const QString& title, const QString& text, const QString& shortcut, QWidget* parent) {
    auto* button = new QPushButton(parent);
    button->setAccessibleName(title);
    button->setAccessibleDescription(text);
    button->setMinimumHeight(92);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    auto* row = new QHBoxLayout(button);
    row->setContentsMargins(12, 10, 12, 10);
    auto* picture = new QLabel(button);
    picture->setPixmap(icon(iconName, theme().accent).pixmap(18, 18));
    auto* column = new QVBoxLayout;
    column->setSpacing(2);
    column->addWidget(wrappedLabel("title", title, button));
    column->addWidget(wrappedLabel("label", text, button));
    column->addWidget(wrappedLabel("hint", shortcut, button));
    column->addStretch(1);
    row->addWidget(picture, 0, Qt::AlignTop);
    row->addLayout(column, 1);
    for (QLabel* child : button->findChildren<QLabel*>()) child->setAttribute(Qt::WA_TransparentForMouseEvents);
    return button;
}

/// Says that things may be dropped; the window takes them anywhere.
QFrame* dropArea(const QString& words, QWidget* parent) {
    auto* area = new QFrame(parent);
    area->setProperty("look", "drop");
    auto* column = new QVBoxLayout(area);
    column->setContentsMargins(12, 12, 12, 12);
    column->addWidget(new IconLabel("drop", area, 20), 0, Qt::AlignHCenter);
    QLabel* label = wrappedLabel("label", words, area);
    label->setAlignment(Qt::AlignCenter);
    column->addWidget(label);
    return area;
}

}  // namespace

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent) {
    setObjectName("welcome");
    auto* outer = new QHBoxLayout(this);
    auto* middle = new QWidget(this);
    middle->setMaximumWidth(760);
    outer->addStretch(1);
    outer->addWidget(middle, 8);
    outer->addStretch(1);
    auto* column = new QVBoxLayout(middle);
    column->setSpacing(14);
    column->addStretch(2);
    column->addWidget(wrappedLabel("big", tr("See what quantization does to your model"), middle));
    column->addWidget(wrappedLabel("label", tr("Choose a model and some text, or run the demo to look around first."), middle));
    auto* card = new QFrame(middle);
    card->setProperty("look", "call");
    auto* beside = new QHBoxLayout(card);
    beside->setContentsMargins(20, 16, 20, 16);
    beside->setSpacing(20);
    beside->addWidget(new DemoPicture(card));
    auto* inside = new QVBoxLayout;
    inside->setSpacing(8);
    beside->addLayout(inside, 1);
    inside->addWidget(wrappedLabel("card-title", tr("Run the demo"), card));
    inside->addWidget(
        wrappedLabel("label",
                     tr("A small language model and four sequence lengths, quantized to 3 bits with MaCa while you watch. Stays on this "
                        "computer, needs no network, takes a few seconds."),
                     card));
    m_demo = new QPushButton(tr("Run the demo"), card);
    m_demo->setProperty("look", "primary");
    m_demo->setAccessibleName(m_demo->text());
    m_demo->setAutoDefault(true);  // Enter as well as the space bar
    m_training = new QPushButton(tr("Train an example…"), card);
    m_training->setAccessibleName(m_training->text());
    m_training->setAccessibleDescription(tr("A small new model learns to tell twelve languages apart, with 4, 6 or 8 bits a layer"));
    m_training->setToolTip(m_training->accessibleDescription());
    m_training->setAutoDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_demo);
    buttons->addWidget(m_training);
    buttons->addStretch(1);
    inside->addSpacing(4);
    inside->addLayout(buttons);
    column->addWidget(card);
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    auto* model = choice("model", tr("Choose model"), tr("A Hugging Face directory or a GGUF file"), tr("Ctrl+O"), middle);
    auto* text = choice("text", tr("Choose text"), tr("Plain text or JSON lines for calibration"), tr("Ctrl+T"), middle);
    auto* run = choice("curve", tr("Open run"), tr("A finished or running run file"), tr("Ctrl+Shift+O"), middle);
    for (QPushButton* button : {model, text, run}) row->addWidget(button, 1);
    column->addLayout(row);
    column->addWidget(dropArea(tr("Or drop a model directory, a text file or a run file on the window."), middle));
    column->addStretch(3);
    connect(m_demo, &QPushButton::clicked, this, &WelcomePage::demoWanted);
    connect(m_training, &QPushButton::clicked, this, &WelcomePage::trainingWanted);
    connect(model, &QPushButton::clicked, this, &WelcomePage::modelWanted);
    connect(text, &QPushButton::clicked, this, &WelcomePage::textWanted);
    connect(run, &QPushButton::clicked, this, &WelcomePage::runWanted);
}

}  // namespace qs
