#include "sys/mapping.h"
