// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings_dialog.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/option_form.h"

namespace qs {

SettingsDialog::SettingsDialog(QWidget* parent) : QDialog(parent), m_settings(loadSettings()) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Settings"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 14);
    m_form = new OptionForm(describeOptions(m_settings), {{}, {}, {"runs-folder"}}, this);
    m_form->showAll(true);
    auto* hint = new QLabel(tr("Changes are kept at once. Language and size take effect at the next start."), this);
    hint->setProperty("look", "hint");
    hint->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->button(QDialogButtonBox::Close)->setText(tr("Close"));
    auto* defaults = buttons->addButton(tr("Restore defaults"), QDialogButtonBox::ResetRole);
    column->addWidget(m_form, 1);
    column->addWidget(hint);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(defaults, &QPushButton::clicked, this, [this] {
        Settings fresh;
        const OptionList list = describeOptions(fresh);
        for (const OptionField& field : list.fields()) m_form->setValue(field.name, field.get());
    });
    connect(m_form, &OptionForm::changed, this, [this] {
        storeSettings(m_settings);
        emit changed(m_settings);
    });
    resize(460, 380);
}

}  // namespace qs
