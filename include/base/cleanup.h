#ifndef KM_BASE_CLEANUP_H
#define KM_BASE_CLEANUP_H

/* Ownership by declaration. A type T that is released by `void T_free(struct T *)` says DEFINE_AUTO(T) once in its header;
 * `AUTO(T) x = ...` then owns a `struct T *` and releases it on every way out; `take(&x)` hands it over and leaves NULL. */
#define DEFINE_AUTO(T)                                                                            \
    static inline void T##_auto_(struct T **p)                                                    \
    {                                                                                             \
        if (*p)                                                                                   \
            T##_free(*p);                                                                         \
    }

#define AUTO(T) __attribute__((cleanup(T##_auto_))) struct T *

#define take(pp)                                                                                  \
    ({                                                                                            \
        __auto_type take_v_ = *(pp);                                                              \
        *(pp) = (__typeof__(take_v_))0;                                                           \
        take_v_;                                                                                  \
    })

#endif
