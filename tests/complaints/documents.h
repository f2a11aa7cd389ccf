// The pieces from which the complaints' documents are put together.
#pragma once

#include <string>

namespace vencer::test {

inline const std::string kHead = R"(format = 1
tenant = "mesa"
status = [["Nuevo", "new"], ["Abierto", "open"], ["Pendiente", "pending"], ["Resuelto", "resolved"],
  ["Cerrado", "closed"], ["Cancelado", "cancelled"]]
level = ["N1", "N2", "Jefatura"]
activity = ["nota"]
[attribute]
priority = ["Alto", "Bajo"]
team = ["Soporte", "Redes"]
agent = "open"
[recipient]
agente = [{ to = "attribute:agent" }]
jefe = [{ to = "jefe" }]
)";

inline std::string calendar(const std::string& zone, const std::string& more) {
  return "[calendar.oficina]\nzone = \"" + zone + "\"\n" + more + "\n";
}

inline const std::string kOffice = "weekly = { mon-fri = [\"09:00-18:00\"] }";

inline const std::string kResolution = R"([[clock]]
name = "resolution"
start = ["created"]
stop = ["category:resolved", "category:closed"]
pause_while = ["category:pending"]
)";

// resolution in office hours: Alto and Bajo.
inline std::string policy(const std::string& alto, const std::string& bajo,
                          const std::string& ladder = "") {
  return "[[policy]]\nname = \"tabla\"\nby = [\"priority\"]\nclocks = [\"resolution\"]\n"
         "calendar = \"oficina\"\n" +
         (ladder.empty() ? std::string{} : "ladder = \"escalada\"\n") +
         "[policy.target]\nAlto = [\"" + alto + "\"]\nBajo = [\"" + bajo + "\"]\n" +
         (ladder.empty() ? std::string{} : "[ladder.escalada]\nsteps = [" + ladder + "]\n");
}

inline std::string desk_in(const std::string& zone, const std::string& alto,
                           const std::string& bajo, const std::string& ladder = "") {
  return kHead + calendar(zone, kOffice) + kResolution + policy(alto, bajo, ladder);
}

}  // namespace vencer::test
