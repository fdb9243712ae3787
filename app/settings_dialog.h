// SPDX-License-Identifier: GPL-3.0-or-later
// The settings as a form; what can be applied at once is.
#pragma once

#include <QDialog>

#include "app/settings.h"

namespace qs {

class OptionForm;

class SettingsDialog : public QDialog {
    Q_OBJECT
  public:
    explicit SettingsDialog(QWidget* parent = nullptr);
    OptionForm& form() { return *m_form; }

  signals:
    /// After a change that was stored.
    void changed(const qs::Settings& settings);

  private:
    Settings m_settings;
    OptionForm* m_form;
};

}  // namespace qs
