import os
from distutils.core import setup
if os.name == 'nt':
    print "windows is not tried"
config = dict(
    name='old',
    install_requires='six==1.10.0\nsimplejson',
)
config['setup_requires'] = "nose mock==1.0.1".split()
setup(**config)
